/* ring.pml - the two programs of a member of a group, and what they tell each other of one partition.
 *
 * The group assigns the partition, takes it back, or gives it to another without asking (lost), CHANGES
 * times in all.  While it is not ours, another member claims it and loads some of its N messages; once,
 * the database is brought back to an earlier position.
 *
 * In the code: the reader is lib/kafka/handover.c, with COUNT in rc_handover_answer(), OWNED in give_up()
 * and HOLD in settle_coming(); the loader is take_claim() and let_go() in lib/postgres/loader.c and
 * rc_progress_check().  tests/model.t leaves them out one by one.
 *
 *   spin -a ring.pml && gcc -O2 -DSAFETY -o pan pan.c && ./pan -m100000
 *
 * What is checked: nothing of a partition comes to the loader that it does not have, none of its
 * messages is passed over, and no answer is taken for that to another question. */
#ifndef N
#define N 3
#endif
#ifndef CHANGES
#define CHANGES 5
#endif

mtype = { assigned, claimed, revoked, lost, released, message };

chan events = [2] of { mtype };          /* of the group, to the reader */
chan to_loader = [5] of { mtype, byte }; /* with an offset */
chan to_reader = [5] of { mtype, byte, byte }; /* with that, and the number of the question */
byte position, epoch;                    /* stored */
byte changes;
bool ours;     /* the group goes by that */
byte asked;    /* it waits for its answer: 1: to a revocation, 2: that it is known to be lost */
bool gone;     /* the loader has ended: it was fenced */
bool restored;

/* tell_group: that it is given up. */
inline tell_group() {
	d_step { if :: asked == 1 -> ours = false; asked = 0 :: else fi }
}

active proctype group() {
end:
	do
	:: atomic { !ours && asked == 0 && nfull(events) && changes < CHANGES ->
		changes++; ours = true; events!assigned }
	:: atomic { ours && asked == 0 && nfull(events) && changes < CHANGES ->
		changes++; asked = 1; events!revoked }
	:: atomic { ours && asked != 2 && nfull(events) && changes < CHANGES ->
		changes++; ours = false; asked = 2; events!lost }
	/* it changes its mind before it was answered */
	:: atomic { ours && asked == 1 && nfull(events) && changes < CHANGES ->
		changes++; asked = 0; events!assigned }
	/* another member, which has the partition then */
	:: atomic { !ours && position < N -> epoch++; position++ }
	:: atomic { !restored && position > 0 -> restored = true; position--; epoch++ }
	od
}

active proctype reader() {
	byte from, passing, questions, at, number;
	bool claiming, owned, revoking;

end:
	do
	:: gone -> break
	:: nfull(to_loader) && events?[assigned] ->
		events?assigned;
		questions++;
#ifndef NO_COUNT_AGAIN
		if
		:: revoking -> passing++ /* its answer is awaited no longer */
		:: else
		fi;
#endif
		revoking = false;
		to_loader!assigned(questions);
		claiming = true
#ifdef NO_HOLD
		; owned = true
#endif
	:: nfull(to_loader) && events?[revoked] ->
		events?revoked;
		if
		:: claiming -> passing++
		:: else
		fi;
		if
		:: claiming || owned -> to_loader!revoked(0); revoking = true
		:: else -> tell_group()
		fi;
		claiming = false;
#ifndef NO_OWNED
		owned = false
#endif
	:: nfull(to_loader) && events?[lost] ->
		events?lost;
		if
		:: claiming -> passing = passing + 2; to_loader!lost(0)
		:: owned && !revoking -> passing++; to_loader!lost(0)
		:: revoking -> passing++ /* it has been told */
		:: else
		fi;
		claiming = false; owned = false; revoking = false; asked = 0
	:: to_reader?claimed(at, number) ->
		if
#ifndef NO_COUNT
		:: passing > 0 -> passing--
		:: passing == 0 && claiming ->
#else
		:: claiming ->
#endif
			assert(number == questions);
			from = at; claiming = false; owned = true
		:: else
		fi
	:: to_reader?released(at, number) ->
		if
#ifndef NO_COUNT
		:: passing > 0 -> passing--
		:: passing == 0 && revoking ->
#else
		:: revoking ->
#endif
			revoking = false; owned = false; tell_group()
		:: else
		fi
	/* half a session is over */
	:: revoking -> passing++; revoking = false; owned = false; tell_group()
	:: owned && from < N && nfull(to_loader) -> to_loader!message(from); from++
	od
}

active proctype loader() {
	byte next, stored, mine, at, question;
	bool owned;

end:
	do
	:: to_loader?assigned(question) ->
		atomic { epoch++; mine = epoch; stored = position; next = position; owned = true };
		to_reader!claimed(next, question)
	:: to_loader?message(at) ->
		assert(owned);
		if
		:: at < next -> true /* PASS_OVER */
		:: at >= next ->
			assert(at == next);
			next++
		fi
	:: to_loader?lost(at) -> owned = false; next = stored; to_reader!released(0, question)
	:: to_loader?revoked(at) ->
		if
		:: atomic { owned && next > stored && epoch == mine && position == stored -> position = next }
		:: owned && next > stored && (epoch != mine || position != stored) -> gone = true; break
		:: !owned || next == stored
		fi;
		owned = false;
		to_reader!released(0, question)
	:: atomic { owned && next > stored && epoch == mine && position == stored ->
		position = next; stored = next }
	:: owned && next > stored && (epoch != mine || position != stored) -> gone = true; break
	od
}
