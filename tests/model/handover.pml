/* handover.pml - what librdkafka and a member of a group know of two partitions, while answers are held back.
 *
 * The group assigns partitions, revokes them, or takes them away (lost), CHANGES times in all.  A member
 * answers an assignment once its loader has claimed all of it, and a revocation once that has let go.
 * Before that answer librdkafka may join the group anew, for the topic has more partitions: then the group
 * adds to what it said, or takes from it, and librdkafka tells the difference alone, to what it has told
 * before, whether or not that was answered.
 *
 * In the code: lib/kafka/handover.c, with MERGE in rc_handover_assigned() and rc_handover_revoked(), TOLD in
 * unassign() and GOING_FIRST in settle_coming().  tests/model.t leaves them out one by one.
 *
 *   spin -a handover.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * What is checked: librdkafka is never asked for what it refuses, a partition that it has or lacks, and when
 * nothing more comes it reads just what the group has given, and waits for no answer. */
#ifndef CHANGES
#define CHANGES 8
#endif
#ifdef NO_GOING_FIRST
#define MAY_COME true
#else
#define MAY_COME !parting
#endif
#define HAS(set, p) (((set) >> (p)) & 1)

mtype = { none, claiming, owned, revoking };

/* librdkafka's: sets of partitions */
byte given; /* by the group, as it was told */
byte taken; /* as the member has said */
bool waits; /* for the member's answer */
byte changes;
/* the member's */
byte coming, going, told;
bool answer; /* it owes one for an assignment, */
bool parting; /* or for what goes */
mtype state[2];

/* take: what was assigned. */
inline take(set) {
#ifdef NO_MERGE
	coming = set;
#else
	coming = coming | set;
#endif
	answer = true;
	if :: HAS(set, 0) -> state[0] = claiming :: else fi;
	if :: HAS(set, 1) -> state[1] = claiming :: else fi
}

/* give_up: one partition of what is revoked. */
inline give_up(set, p, at_once) {
	if
	:: HAS(set, p) && at_once -> state[p] = none
	:: HAS(set, p) && !at_once && state[p] != none -> state[p] = revoking
	:: else
	fi
}

inline unassign() {
#ifdef NO_TOLD
	assert((going & taken) == going);
#else
	assert((going & told & taken) == (going & told));
#endif
	taken = taken & ~going;
	told = told & ~going;
	going = 0;
	parting = false;
	waits = answer
}

inline lose(set, at_once) {
	coming = coming & ~set;
	if :: coming == 0 -> answer = false :: else fi;
#ifdef NO_MERGE
	going = set;
#else
	going = going | set;
#endif
	parting = true;
	give_up(set, 0, at_once);
	give_up(set, 1, at_once);
	if
	:: at_once ->
		if :: state[0] == revoking -> state[0] = none :: else fi;
		if :: state[1] == revoking -> state[1] = none :: else fi;
		unassign()
	:: else
	fi
}

init {
	byte set;

	state[0] = none;
	state[1] = none;
end:
	do
	/* the group, as librdkafka tells it */
	:: atomic { changes < CHANGES ->
		changes++;
		if :: set = 0 :: set = 1 :: set = 2 :: set = 3 fi;
		set = set & ~given;
		given = given | set;
		waits = true;
		take(set) }
	:: atomic { changes < CHANGES && given != 0 ->
		changes++;
		if :: set = 1 :: set = 2 :: set = 3 fi;
		set = set & given;
		if
		:: set == 0
		:: set != 0 -> given = given & ~set; waits = true; lose(set, false)
		fi }
	:: atomic { changes < CHANGES && given != 0 ->
		changes++;
		set = given;
		given = 0;
		waits = true;
		lose(set, true) }
	/* the loader, or half a session that is over */
	:: atomic { state[0] == claiming -> state[0] = owned }
	:: atomic { state[1] == claiming -> state[1] = owned }
	:: atomic { state[0] == revoking -> state[0] = none }
	:: atomic { state[1] == revoking -> state[1] = none }
	/* settle_going() and settle_coming() */
	:: atomic { parting && !(HAS(going, 0) && state[0] == revoking) && !(HAS(going, 1) && state[1] == revoking) ->
		unassign() }
	:: atomic { answer && MAY_COME && !(HAS(coming, 0) && state[0] == claiming) && !(HAS(coming, 1) && state[1] == claiming) ->
		assert((coming & taken) == 0);
		taken = taken | coming;
		told = told | coming;
		coming = 0;
		answer = false;
		waits = parting }
	:: atomic { changes == CHANGES && !answer && !parting && state[0] != claiming && state[1] != claiming &&
		state[0] != revoking && state[1] != revoking ->
		assert(taken == given && !waits);
		break }
	od
}
