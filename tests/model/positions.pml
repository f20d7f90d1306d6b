/* positions.pml - the loaders of one partition of a group, and the database that has its position.
 *
 * N messages, of which one is bad and is set aside; M members, to whom the group gives the partition
 * in turn, and who may not have heard yet that they have lost it: a member that goes on late is one
 * that was slow, frozen or cut off.  A member claims the partition, reads from the position, and
 * commits batches of one or two messages.  TROUBLE times in all: the group gives the partition to
 * another, a member dies, stays frozen for ever, or loses its connection, during a transaction or
 * during its COMMIT; once, the database is brought back to an earlier state.
 *
 * In the code: CLAIM is check_claim() and store() in lib/postgres/offsets.c, POSITION is store(),
 * LOOK_UP is rc_offsets_settle(), END_HOLDER is take_over() in lib/postgres/claim.c, ASIDE_FIRST is
 * load() in lib/postgres/loader.c, TOGETHER is do_load() in lib/postgres/writer.c, DROP is let_go()
 * in lib/postgres/loader.c.  tests/model.t leaves them out one by one.
 *
 *   spin -a positions.pml && gcc -O2 -DSAFETY -DCOLLAPSE -o pan pan.c && ./pan -m100000
 *
 * What is checked: no message has its effect twice, no position passes one that has had none and is
 * not set aside, and all comes to an end (a state in which somebody waits for ever is an error)
 * unless everybody is frozen. */
#ifndef N
#define N 3
#endif
#ifndef M
#define M 2
#endif
#ifndef TROUBLE
#define TROUBLE 3
#endif
#define BAD 1

/* --- the guards, each of which can be left out */
#ifndef NO_CLAIM
#define CLAIM (epoch == mine)
#else
#define CLAIM true
#endif
#ifndef NO_POSITION
#define POSITION (position == next)
#else
#define POSITION true
#endif
#ifndef NO_END_HOLDER
#define END_HOLDER true
#else
#define END_HOLDER false
#endif

byte effect[N];            /* how often each message is in the table */
bool aside[N];             /* it is in the file of rejects, which outlives a member */
byte position, epoch;      /* as stored */
byte holder = 255;         /* the session that has the partition's lock */
byte was_effect[N], was_position, was_epoch; /* an earlier state of the database */
bool kept, restored;
byte given;                /* to whom the group has given the partition last */
bool frozen[M];            /* for ever */
byte ended, trouble;

inline check() {
	i = 0;
	do
	:: i < N ->
		assert(effect[i] <= 1);
		assert(i >= position || effect[i] == 1 || (i == BAD && aside[i]));
		i++
	:: else -> break
	od;
	i = 0
}

/* store: the transaction; what it does is seen all at once. */
inline store() {
	d_step {
		changed = false;
		if
		:: holder == me && CLAIM && POSITION ->
			i = from;
			do
			:: i < upto ->
				if :: i != BAD -> effect[i]++ :: else fi;
				i++
			:: else -> break
			od;
#ifndef APART
			position = upto;
			check();
#endif
			changed = true
		:: else
		fi;
		alive = (holder == me);
		if :: alive -> holder = 255 :: else fi;
		i = 0
	}
}

inline set_aside() {
	if
	:: from <= BAD && BAD < upto -> aside[BAD] = true
	:: else
	fi
}

/* let_go: of the lock, for the session is over. */
inline let_go() {
	d_step { if :: holder == me -> holder = 255 :: else fi }
}

proctype member(byte me) {
	byte mine, next, from, upto, i;
	bool changed, alive, kept_rows;

idle:
	if
	:: position == N -> goto done
	:: given == me
	fi;
	/* the claim waits for whoever has the lock, or ends its session */
	atomic {
		if
		:: holder == 255
		:: holder != 255 && END_HOLDER -> holder = 255
		fi;
		epoch++;
		mine = epoch;
		next = position
	};
work:
	if
	:: next == N -> goto done
	:: else
	fi;
#ifdef NO_DROP
	if /* rows from before it was lost are still there */
	:: kept_rows
	:: !kept_rows -> from = next
	fi;
	upto = next + 1;
#else
	from = next;
	if
	:: upto = next + 1
	:: next + 1 < N -> upto = next + 2
	fi;
#endif
	kept_rows = true;
	if
	:: given == me
	:: given != me -> goto idle /* it has heard that it was lost */
	:: given != me -> skip      /* or not yet */
	fi;
again:
#ifndef ASIDE_LATE
	set_aside();
#endif
	/* whoever has the lock has lost the partition, unless this one has, and ends */
	if
	:: atomic { holder == 255 -> holder = me }
	:: atomic { holder != 255 && holder != me && END_HOLDER && epoch == mine -> holder = me }
	:: atomic { holder != 255 && END_HOLDER && epoch != mine -> kept_rows = false; goto idle }
	:: atomic { trouble < TROUBLE -> trouble++; goto idle } /* died before it */
	fi;
	if
	:: skip
	:: atomic { trouble < TROUBLE -> trouble++; frozen[me] = true; goto ice }
	:: atomic { trouble < TROUBLE -> trouble++; let_go(); goto look } /* its connection is lost */
	fi;
	store();
#ifdef APART
	if
	:: atomic { trouble < TROUBLE -> trouble++; goto idle } /* between the two */
	:: d_step { changed -> position = upto; check() }
	:: !changed
	fi;
#endif
	if
	:: atomic { trouble < TROUBLE -> trouble++; goto idle } /* died behind it */
	:: atomic { trouble < TROUBLE -> trouble++; goto look } /* its answer was lost */
	:: !alive -> goto look                                  /* its session was ended */
	:: alive
	fi;
#ifdef ASIDE_LATE
	set_aside();
#endif
	if
	:: changed -> next = upto; kept_rows = false; goto work
	:: !changed -> kept_rows = false; goto idle /* another has it: status 75 */
	fi;
look:
#ifdef ASSUME_DONE
	next = upto; kept_rows = false; goto work;
#endif
#ifdef ASSUME_NOT
	goto again;
#endif
	/* connected again: what is stored says whether it was done */
	if
	:: d_step { holder == 255 && epoch == mine && position == upto -> next = upto; kept_rows = false };
		goto work
	:: holder == 255 && epoch == mine && position == next && next != upto -> goto again
	:: holder == 255 && (epoch != mine || (position != upto && position != next)) ->
		kept_rows = false; goto idle
	:: holder != 255 && END_HOLDER -> holder = 255 /* by whoever claims it next */
	fi;
	goto look;
ice:
	/* who is frozen for ever keeps its lock until its session is ended */
	goto end;
done:
	skip;
end:
	ended++
}

/* The group: gives the partition to somebody who is not frozen, and now and then to another. */
proctype group() {
	byte to;

	do
	:: position == N || ended == M -> break
	:: frozen[given] && ended < M -> atomic {
		select (to : 0 .. M - 1);
		if :: !frozen[to] -> given = to :: else fi }
	:: atomic { trouble < TROUBLE -> trouble++; select (to : 0 .. M - 1); given = to }
	od
}

/* The operator: keeps a copy of the database, and brings it back. */
proctype operator() {
	byte i;

	if
	:: true -> goto over
	:: d_step {
		i = 0;
		do :: i < N -> was_effect[i] = effect[i]; i++ :: else -> break od;
		was_position = position; was_epoch = epoch; i = 0 }
	fi;
	if
	:: true -> goto over
	:: d_step {
		position < N ->
		do :: i < N -> effect[i] = was_effect[i]; i++ :: else -> break od;
		position = was_position; epoch = was_epoch; holder = 255; check() }
	fi;
over:
	skip
}

init {
	byte i;

	atomic {
		i = 0;
		do
		:: i < M -> run member(i); i++
		:: else -> break
		od;
		run group();
		run operator()
	}
}
