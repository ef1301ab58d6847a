/*
 * Record, enforce, verify and release one action at two proxies, as Sources/FeedbackLoop,
 * Sources/LoopRuntime/Loop.swift and Outbox.swift, and Sources/ActuatorsXDS/ControlPlane.swift do it.
 *
 * The decision core takes one input at a time (each `atomic` step below) and leaves its effects in
 * two lanes that two tasks drain apart: what is to be recorded, and what is to be done. Anything
 * may lag, streams break, proxies reject, the store fails or hangs, and the controller dies between
 * any two steps and starts again from what was durable.
 *
 * docs/model/README.md says what is left out. dev/model runs it; each MUTANT_... is a seeded defect.
 */

/* How often each fault and each order may happen; dev/model sets them for each run. */
#ifndef CRASHES
#define CRASHES 1
#endif
#ifndef CUTS
#define CUTS 1
#endif
#ifndef REJECTIONS
#define REJECTIONS 1
#endif
#ifndef ESCALATIONS
#define ESCALATIONS 1
#endif
#ifndef REVERTS
#define REVERTS 1
#endif
#ifndef PAUSES
#define PAUSES 1
#endif
#ifndef STORE_FAULTS
#define STORE_FAULTS 1
#endif

#define N 2

/* Stages, which are also the content of a proxy's filters. */
#define NONE 0
#define THROTTLE 1
#define QUARANTINE 2

/* Phases of time: before the deadline, past it, past it by the grace in which the core waits. */
#define EARLY 0
#define DEADLINE 1
#define GRACE 2

/* States of the action. APPLYING stands for `applying` and `verifying`. */
#define IDLE 0
#define RECORDING 1
#define APPLYING 2
#define HOLDING 3
#define RELEASING 4
#define CONFIRMING 5 /* `verifyingRelease` */
#define CLOSED 6

/* Endings. */
#define RELEASED 1
#define FAILED 2
#define EXPIRED 3
#define REFUSED 4

/* What a proxy's stream made of the present content. */
#define PENDING 0
#define ACCEPTED 1
#define REJECTED 2

/* How the decision core knows a proxy. */
#define UNKNOWN 0
#define ATTACHED 1
#define DETACHED 2

/* States of a stored action, as far as a restart tells them apart. */
#define NOTHING 0
#define INTENT 1    /* recording, with nothing in force */
#define STEP_UP 2   /* recording, with the throttle in force */
#define IN_FORCE 3
#define GOING 4     /* on the way to nothing */
#define ENDED 5

typedef Record {
  byte state;
  byte stage;
  byte ending;
  byte notAfter;
  bit paused;
  bit part[N];
  bit late[N];
  bit held[N];
  bit stopped[N]
}

byte now = EARLY;

/* ---- The decision core; lost in a crash. ---- */
bit up = 1;
byte state = IDLE;
byte from;         /* what is in force while an intent is recorded */
byte stage;
byte ending;
byte notAfter;
bit isFinal;       /* the way down leads to nothing, not to the throttle */
bit retried;
bit isDue;         /* the present state's own time is up */
bit tick;          /* time has passed that the core has not seen */
byte generation;
bit paused;
bit unsafe;
byte standing[N];  /* UNKNOWN, ATTACHED, DETACHED */
/* Evidence of each proxy for the present stage. */
bit part[N];       /* has evidence at all */
bit late[N];       /* joined after the stage was sent */
bit held[N];       /* ever accepted a stage */
bit accepted[N];
bit rejected[N];
bit stopped[N];
bit served[N];
bit lingers[N];

/* ---- The lane of records: what waits, what is being written, what is durable. ---- */
Record waiting, writing, durable;
bit isWaiting, isWriting;
byte waitingIntent, writingIntent; /* the stage of the intent among them */
byte store;                        /* 0 works, 1 failed, 2 hangs */
byte storeFaults;

/* ---- The lane of acts, and the control plane behind it; lost in a crash. ---- */
chan acts = [5] of { byte, byte, byte }; /* content, deadline, generation */
byte table;
byte tableUntil;
byte tableGeneration;
bit open[N];
byte sent[N];
byte answer[N];
#ifdef MUTANT_ANSWERS_BY_VERSION
byte agreed[N]; /* the content it last accepted, plus one */
#endif
chan down[N] = [2] of { byte, byte };        /* content, deadline */
chan answers[N] = [1] of { byte, bit };      /* content, whether it was rejected */
chan reports[N] = [1] of { bit, byte, byte } /* attached, generation, standing */;

/* ---- The proxies. ---- */
byte content[N];
byte until[N];
byte cuts, rejections;
#ifdef MUTANT_NO_DEADLINE
#define enforces(p) (content[p] != NONE)
#else
#define enforces(p) (content[p] != NONE && now < until[p])
#endif

/* ---- One access log entry under way. ---- */
chan log = [1] of { byte, byte, bit }; /* proxy, what stopped it, whether it began after acceptance */
bit logIsFresh;                        /* it began after the present stage was sent */

/* ---- What only the properties see. ---- */
byte intended;     /* the highest stage with a durable intent */
bit needed[N];     /* known when the stage was first asked for */
bit proved;        /* a proxy has stopped a request by the present stage */
byte wanted;       /* the content last asked for */
bit reverted;
byte crashes, escalations, pauses;
hidden byte i;
hidden bit lacks, flows, isEffective, some;

#define inForce \
  ((state == RECORDING && from != NONE) || state == APPLYING || state == HOLDING \
    || state == RELEASING || state == CONFIRMING)
#define isEnding ((state == RELEASING || state == CONFIRMING) && isFinal)
#define isGoingDown (state == RELEASING || state == CONFIRMING)
#define scopeIsEmpty (standing[0] == UNKNOWN && standing[1] == UNKNOWN)

/* LoopEngine.commit: the whole action with every change. */
inline commit(intent) {
  if
  :: store == 1 || (store == 2 && isWriting) -> skip /* never written again */
  :: else ->
    if
    :: state == IDLE -> waiting.state = NOTHING
    :: state == RECORDING && from == NONE -> waiting.state = INTENT
    :: state == RECORDING && from != NONE -> waiting.state = STEP_UP
    :: state == CLOSED -> waiting.state = ENDED
    :: isEnding -> waiting.state = GOING
    :: else -> waiting.state = IN_FORCE
    fi;
    waiting.stage = stage;
    waiting.ending = ending;
    waiting.notAfter = notAfter;
    waiting.paused = paused;
    for (i : 0 .. N - 1) {
      waiting.part[i] = part[i] && state != CLOSED;
      waiting.late[i] = late[i] && state != CLOSED;
      waiting.held[i] = held[i] && state != CLOSED;
      waiting.stopped[i] = stopped[i] && state != CLOSED
    };
    isWaiting = 1;
    if
    :: intent -> waitingIntent = stage
    :: else -> skip
    fi
  fi
}

/* LoopEngine.freshEvidence: nothing is accepted yet anywhere. */
inline renew() {
  for (i : 0 .. N - 1) {
    if
    :: !part[i] && standing[i] != UNKNOWN -> part[i] = 1; late[i] = 0; held[i] = 0
    :: else -> skip
    fi;
    accepted[i] = 0;
    rejected[i] = 0;
    stopped[i] = 0;
    served[i] = 0;
    lingers[i] = 0
  };
  logIsFresh = 0;
  proved = 0
}

inline act(what) {
  assert(nfull(acts));
  acts!what,notAfter,generation
}

inline send() {
  generation++;
  renew();
  state = APPLYING;
  from = NONE;
  isDue = 0;
  retried = 0;
  wanted = stage;
  act(stage)
}

inline close(end) {
  state = CLOSED;
  ending = end;
  if
  :: end == RELEASED ->
    for (i : 0 .. N - 1) {
#ifdef STRICT
      assert(!(open[i] && enforces(i)))
#else
      assert(!(open[i] && needed[i] && enforces(i)))
#endif
    }
  :: else -> skip
  fi;
  for (i : 0 .. N - 1) {
    part[i] = 0; late[i] = 0; held[i] = 0; accepted[i] = 0; rejected[i] = 0; stopped[i] = 0;
    served[i] = 0; lingers[i] = 0
  };
  from = NONE;
  isDue = 0;
  retried = 0;
  isFinal = 0;
  commit(0)
}

inline release(toNothing, end) {
  generation++;
  renew();
  isFinal = toNothing;
  ending = end;
  if
  :: toNothing -> wanted = NONE
  :: else -> stage = THROTTLE; wanted = THROTTLE
  fi;
  act(wanted);
  state = RELEASING;
  from = NONE;
  isDue = 0;
  retried = 0;
  commit(0)
}

/* Leaves what is in force as it was; without anything in force the action ends. */
inline abandon() {
  if
  :: from == NONE -> close(FAILED)
  :: else ->
    stage = from;
    from = NONE;
    state = HOLDING;
    isDue = 0;
    commit(0)
  fi
}

/* ActionRecord.judgeEnforcement, and what follows from it. */
inline judge() {
  isEffective = 1;
  some = 0;
  flows = 0;
  for (i : 0 .. N - 1) {
    if
    :: part[i] -> some = 1
    :: else -> skip
    fi;
    if
    :: part[i] && !late[i] && (!accepted[i] || rejected[i]
        || (stage == QUARANTINE && served[i])) ->
#ifdef MUTANT_ANY_PROXY
      isEffective = accepted[1 - i]
#else
      isEffective = 0
#endif
    :: else -> skip
    fi;
    if
    :: stopped[i] -> flows = 1
    :: else -> skip
    fi
  };
#ifdef MUTANT_ACCEPTED_IS_EFFECTIVE
  flows = 1;
#endif
  if
  :: isEffective && some && flows ->
    assert(proved);
    for (i : 0 .. N - 1) { assert(!needed[i] || content[i] == stage) };
    state = HOLDING;
    isDue = 0;
    commit(0)
  :: !(isEffective && some && flows) && isDue && !retried ->
    retried = 1;
    isDue = 0;
    act(stage);
    commit(0)
  :: !(isEffective && some && flows) && isDue && retried ->
    if /* onFailure */
    :: state = HOLDING; isDue = 0; commit(0)
    :: release(1, FAILED)
    fi
  :: else -> skip
  fi
}

/* ActionRecord.judgeRelease, and what follows from it. */
inline judgeRelease() {
  lacks = 0;
  flows = 0;
  for (i : 0 .. N - 1) {
    if
    :: part[i] && (held[i] || !late[i])
        && ((rejected[i] && held[i]) || (!rejected[i] && !accepted[i])
          || (state == CONFIRMING && lingers[i])) -> lacks = 1
    :: else -> skip
    fi;
    if
    :: part[i] && (served[i] || (!isFinal && stopped[i])) -> flows = 1
    :: else -> skip
    fi
  };
#ifdef MUTANT_BLIND_RELEASE
  lacks = 0;
#endif
  if
#ifdef MUTANT_PATIENT_RELEASE
  :: lacks -> skip
#else
  :: lacks && isDue && now == GRACE ->
    if
    :: !isFinal -> release(1, EXPIRED)
    :: else -> close(EXPIRED)
    fi
  :: lacks && !(isDue && now == GRACE) -> skip
#endif
  :: !lacks && state == RELEASING ->
    state = CONFIRMING;
    isDue = 0;
    commit(0)
  :: !lacks && state == CONFIRMING && (flows || isDue) ->
    if
    :: isFinal -> close(ending)
    :: else -> state = HOLDING; isDue = 0; commit(0)
    fi
  :: else -> skip
  fi
}

/* LoopEngine.progress, after every input. */
inline progress() {
  if
  :: state == RECORDING && isDue -> abandon()
  :: (state == APPLYING || state == HOLDING) && now >= notAfter -> release(1, EXPIRED)
  :: state == APPLYING && now < notAfter -> judge()
  :: state == RELEASING || state == CONFIRMING -> judgeRelease()
  :: else -> skip
  fi
}

/* The intent is durable. */
inline recorded() {
  if
  :: state == RECORDING ->
    if
    :: paused || unsafe || scopeIsEmpty ->
      if
      :: from == NONE -> close(REFUSED)
      :: else -> abandon()
      fi
    :: else ->
      send();
      for (i : 0 .. N - 1) { needed[i] = part[i] && !late[i] };
      commit(0)
    fi
  :: else -> skip
  fi
}

inline received(p, attached, since, standingNow) {
  if
  :: attached -> standing[p] = ATTACHED
  :: else -> standing[p] = DETACHED
  fi;
  if
  :: inForce ->
    if
    :: !part[p] -> part[p] = 1; late[p] = 1; held[p] = 0
    :: else -> skip
    fi;
    if
    :: !attached -> accepted[p] = 0
#ifdef MUTANT_NO_FENCE
    :: attached ->
#else
    :: attached && since < generation -> skip
    :: attached && since >= generation ->
#endif
      if
      :: standingNow == REJECTED ->
        accepted[p] = 0;
        if
        :: !rejected[p] -> rejected[p] = 1; commit(0)
        :: else -> skip
        fi
      :: standingNow == PENDING -> accepted[p] = 0
      :: standingNow == ACCEPTED ->
        rejected[p] = 0;
        held[p] = held[p] || !isEnding;
        if
        :: !accepted[p] -> accepted[p] = 1; commit(0)
        :: else -> skip
        fi
      fi
    fi;
    progress()
  :: else -> skip
  fi
}

/* A line of the access log: a request that `by` stopped, or, with NONE, one that was let through. */
inline logged(p, by, isAfterAcceptance) {
  if
  :: inForce && part[p] ->
    if
#ifdef MUTANT_OLD_DENIAL
    :: by != NONE && by == stage && !isEnding ->
#else
    :: by != NONE && by == stage && !isEnding && logIsFresh ->
#endif
      if
      :: !stopped[p] -> stopped[p] = 1; commit(0)
      :: else -> skip
      fi
    :: by == QUARANTINE && (by != stage || isEnding) && isAfterAcceptance && logIsFresh ->
      lingers[p] = 1
    :: by == NONE && isAfterAcceptance && logIsFresh -> served[p] = 1; lingers[p] = 0
    :: else -> skip
    fi;
    progress()
  :: else -> skip
  fi
}

/* LoopEngine.restore. */
inline restore() {
  paused = durable.paused;
  stage = durable.stage;
  ending = durable.ending;
  notAfter = durable.notAfter;
  for (i : 0 .. N - 1) {
    part[i] = durable.part[i];
    late[i] = durable.late[i];
    held[i] = durable.held[i]
  };
  if
  :: durable.state == NOTHING -> state = IDLE
  :: durable.state == ENDED -> state = CLOSED
  :: durable.state == GOING -> release(1, ending)
  :: durable.state == INTENT && paused -> release(1, FAILED)
  :: (durable.state == INTENT && !paused) || durable.state == STEP_UP
      || durable.state == IN_FORCE ->
    if
#ifdef MUTANT_RESTART_EXTENDS
    :: now >= notAfter -> notAfter = GRACE
#else
    :: now >= notAfter -> release(1, EXPIRED)
#endif
    :: now < notAfter ->
      if
      :: durable.state == STEP_UP && paused -> stage = THROTTLE
      :: else -> skip
      fi
    fi;
    if
    :: state != RELEASING ->
      send();
      for (i : 0 .. N - 1) {
        stopped[i] = durable.stopped[i];
        proved = proved || stopped[i]
      };
      commit(0)
    :: else -> skip
    fi
  fi
}

/* ---- What the control plane, the store and the mesh do. ---- */

inline copy(to, of) {
  to.state = of.state;
  to.stage = of.stage;
  to.ending = of.ending;
  to.notAfter = of.notAfter;
  to.paused = of.paused;
  for (i : 0 .. N - 1) {
    to.part[i] = of.part[i];
    to.late[i] = of.late[i];
    to.held[i] = of.held[i];
    to.stopped[i] = of.stopped[i]
  }
}

inline forget(record) {
  record.state = NOTHING;
  record.stage = NONE;
  record.ending = 0;
  record.notAfter = 0;
  record.paused = 0;
  for (i : 0 .. N - 1) {
    record.part[i] = 0;
    record.late[i] = 0;
    record.held[i] = 0;
    record.stopped[i] = 0
  }
}

inline forgetWaiting() {
  forget(waiting);
  isWaiting = 0;
  waitingIntent = NONE
}

/* What is being written is durable from here on. */
inline keep() {
  copy(durable, writing);
  if
  :: writingIntent > intended -> intended = writingIntent
  :: else -> skip
  fi
}

/* Room to push and to report without waiting: the bound of the model, not of the program. */
#define canPush \
  ((!open[0] || (empty(reports[0]) && nfull(down[0]))) \
    && (!open[1] || (empty(reports[1]) && nfull(down[1]))))

inline push(what, end, since) {
  assert(what <= intended);
  table = what;
  if
  :: what == NONE -> tableUntil = 0
  :: else -> tableUntil = end
  fi;
  if
  :: since > tableGeneration -> tableGeneration = since
  :: else -> skip
  fi;
  assert(nempty(acts) || table == wanted);
  for (i : 0 .. N - 1) {
    if
    :: open[i] ->
      if
      :: sent[i] != table ->
        sent[i] = table;
        down[i]!table,tableUntil;
#ifdef MUTANT_ANSWERS_BY_VERSION
        answer[i] = (agreed[i] == table + 1 -> ACCEPTED : PENDING)
#else
        answer[i] = PENDING
#endif
      :: else -> skip
      fi;
      reports[i]!1,tableGeneration,answer[i]
    :: else -> skip
    fi
  }
}

inline cut(p) {
  open[p] = 0;
  sent[p] = NONE;
  answer[p] = PENDING;
#ifdef MUTANT_ANSWERS_BY_VERSION
  agreed[p] = 0;
#endif
  do
  :: nempty(down[p]) -> down[p]?_,_
  :: empty(down[p]) -> break
  od;
  do
  :: nempty(answers[p]) -> answers[p]?_,_
  :: empty(answers[p]) -> break
  od
}

inline vanish(p) {
  standing[p] = UNKNOWN;
  if
  :: inForce && !isGoingDown ->
    part[p] = 0; late[p] = 0; held[p] = 0; accepted[p] = 0; rejected[p] = 0; stopped[p] = 0;
    served[p] = 0; lingers[p] = 0; needed[p] = 0
  :: else -> skip
  fi
}

inline request(p) {
  if
  :: enforces(p) && content[p] == stage && !isEnding ->
    proved = 1; log!p,stage,accepted[p]; logIsFresh = 1
  :: enforces(p) && content[p] == QUARANTINE && (stage != QUARANTINE || isEnding)
      && accepted[p] -> log!p,QUARANTINE,1; logIsFresh = 1
  :: (!enforces(p) || content[p] == THROTTLE) && accepted[p] ->
    log!p,NONE,1; logIsFresh = 1
  :: else -> skip
  fi
}

inline die() {
  state = IDLE; from = NONE; stage = NONE; ending = 0; notAfter = 0; isFinal = 0; retried = 0;
  isDue = 0; tick = 0; generation = 0; paused = 0; unsafe = 0; proved = 0; wanted = NONE;
  logIsFresh = 0; table = NONE; tableUntil = 0; tableGeneration = 0; store = 0;
  isWriting = 0; writingIntent = NONE;
  forget(writing);
  forgetWaiting();
  do
  :: nempty(acts) -> acts?_,_,_
  :: empty(acts) -> break
  od;
  do
  :: nempty(log) -> log?_,_,_
  :: empty(log) -> break
  od;
  for (i : 0 .. N - 1) {
    standing[i] = UNKNOWN; part[i] = 0; late[i] = 0; held[i] = 0; accepted[i] = 0;
    rejected[i] = 0; stopped[i] = 0; served[i] = 0; lingers[i] = 0;
    cut(i);
    do
    :: nempty(reports[i]) -> reports[i]?_,_,_
    :: empty(reports[i]) -> break
    od
  }
}

/* ---- What can happen to the decision core. ---- */

/* ControlPlane's reports and the access logs arrive, each in order, each late by any time. */
active proctype Inputs() {
  bit attached, isLate;
  byte since, standingNow, p, by;
  do
  :: atomic { up && nempty(reports[0]) -> reports[0]?attached,since,standingNow;
       received(0, attached, since, standingNow); attached = 0; since = 0; standingNow = 0 }
  :: atomic { up && nempty(reports[1]) -> reports[1]?attached,since,standingNow;
       received(1, attached, since, standingNow); attached = 0; since = 0; standingNow = 0 }
  :: atomic { up && nempty(log) -> log?p,by,isLate; logged(p, by, isLate);
       p = 0; by = 0; isLate = 0; logIsFresh = 0 }
  od
}

/* The passing of time: the deadline, and each state's own time. */
active proctype Time() {
  do
#ifndef TIME_STANDS
  :: atomic { now < GRACE -> now++; tick = up;
       assert(!enforces(0) && !enforces(1)) }
#endif
  :: atomic { up && tick -> tick = 0; progress() }
  :: atomic { up && !isDue && (state == RECORDING || state == APPLYING || isGoingDown) ->
       isDue = 1; progress() }
  od
}

/* The scorer: a detection, a stronger one, and quiet. */
active proctype Scorer() {
  if
  :: skip
  :: atomic {
       up && state == IDLE && !paused && !unsafe && !scopeIsEmpty && now == EARLY ->
       if
       :: stage = THROTTLE
       :: stage = QUARANTINE
       fi;
       notAfter = DEADLINE;
       state = RECORDING;
       from = NONE;
       isDue = 0;
       for (i : 0 .. N - 1) {
         needed[i] = standing[i] != UNKNOWN;
#ifndef MUTANT_FORGETFUL_INTENT
         part[i] = standing[i] != UNKNOWN
#endif
       };
       commit(1);
#ifdef MUTANT_ACT_FIRST
       recorded()
#endif
     }
  fi;
  do
  :: break
  :: atomic {
       escalations < ESCALATIONS && up && stage == THROTTLE && !paused && !unsafe
         && (state == APPLYING || state == HOLDING || (isGoingDown && !isFinal)) ->
       escalations++;
       from = stage;
       stage = QUARANTINE;
       state = RECORDING;
       isDue = 0;
       isFinal = 0;
       retried = 0;
#ifdef MUTANT_ESCALATION_EXTENDS
       notAfter = GRACE;
#endif
       commit(1)
     }
  :: atomic {
       up && state == HOLDING && now < notAfter ->
       if
       :: stage == QUARANTINE -> release(0, RELEASED)
       :: else -> release(1, RELEASED)
       fi
     }
  od
}

active proctype Operator() {
  do
  :: break
  :: atomic { up && pauses < PAUSES -> pauses++; paused = 1; commit(0) }
  :: atomic {
       up && !reverted && REVERTS > 0 && (state == RECORDING || state == APPLYING
         || state == HOLDING || (isGoingDown && !isFinal)) ->
       reverted = 1;
       if
       :: state == RECORDING && from == NONE -> close(REFUSED)
       :: else -> release(1, RELEASED)
       fi
     }
  od
}

/* ---- The two lanes. ---- */

/* Outbox.record: all that waits, in one transaction. After a failure nothing is written any more. */
active proctype Recorder() {
  do
  :: atomic { up && isWaiting && !isWriting && store == 0 ->
       copy(writing, waiting);
       writingIntent = waitingIntent;
       isWriting = 1;
       forgetWaiting() }
  :: atomic { up && isWriting && store == 0 ->
       keep();
       forget(writing);
       isWriting = 0;
       if
       :: writingIntent != NONE -> writingIntent = NONE; recorded()
       :: else -> skip
       fi }
  /* It fails, and may yet have become durable; or it never returns. */
  :: atomic { up && isWriting && store == 0 && storeFaults < STORE_FAULTS ->
       storeFaults++;
       if
       :: keep(); store = 1
       :: store = 1
       :: store = 2
       fi;
       if
       :: store == 1 ->
         forget(writing);
         isWriting = 0;
         writingIntent = NONE;
         unsafe = 1;
         forgetWaiting();
         if
         :: state == RECORDING -> abandon()
         :: else -> skip
         fi
       :: else -> skip
       fi }
  od
}

/* Outbox.act and ControlPlane.apply. */
active proctype Actor() {
  byte what, end, since;
  do
#ifdef MUTANT_ONE_LANE
  :: atomic { up && nempty(acts) && canPush && !isWaiting && !isWriting ->
#else
  :: atomic { up && nempty(acts) && canPush ->
#endif
#ifdef MUTANT_LANE_WITHOUT_ORDER
       if
       :: acts?what,end,since
       :: acts??NONE,end,since -> what = NONE
       fi;
#else
       acts?what,end,since;
#endif
       push(what, end, since);
       what = 0; end = 0; since = 0 }
  od
}

/* ---- The mesh. ---- */

/* A proxy whose stream breaks, comes back, and reads what it is sent; and its side of the server. */
proctype Proxy(byte p) {
  byte what, end;
  bit isRejected;
  do
  /* Subscribes, and gets the whole present content. */
  :: atomic { up && !open[p] && empty(reports[p]) ->
       open[p] = 1;
#ifdef MUTANT_TRUSTED_RETURN
       sent[p] = table; answer[p] = ACCEPTED;
#else
       sent[p] = table; answer[p] = PENDING; down[p]!table,tableUntil;
#endif
       reports[p]!1,tableGeneration,answer[p] }
  :: atomic { open[p] && cuts < CUTS && empty(reports[p]) -> cuts++; cut(p); reports[p]!0,tableGeneration,PENDING }
  :: atomic { nempty(down[p]) && empty(answers[p]) ->
       down[p]?what,end;
       if
       :: content[p] = what; until[p] = end; isRejected = 0
       :: rejections < REJECTIONS -> rejections++; isRejected = 1
       fi;
       assert(now < DEADLINE || !enforces(p));
       answers[p]!what,isRejected;
       what = 0; end = 0; isRejected = 0 }
  /* The server takes the answer, if it is to what it sent last, and says so. */
  :: atomic { up && nempty(answers[p]) && empty(reports[p]) ->
       answers[p]?what,isRejected;
#ifdef MUTANT_ANSWERS_BY_VERSION
       if
       :: what == sent[p] ->
         agreed[p] = (isRejected -> 0 : what + 1);
#else
       if
       :: empty(down[p]) ->
#endif
         if
         :: isRejected -> answer[p] = REJECTED
         :: else -> answer[p] = ACCEPTED
         fi
       :: else -> skip
       fi;
       assert(answer[p] != ACCEPTED || content[p] == table);
       reports[p]!1,tableGeneration,answer[p];
       what = 0; end = 0; isRejected = 0 }
  od
}

/* A proxy that has been gone for long is forgotten. */
active proctype Forgetting() {
  do
  :: atomic { up && standing[0] == DETACHED -> vanish(0) }
  :: atomic { up && standing[1] == DETACHED -> vanish(1) }
  :: break
  od
}

/* The subject's requests. One that nobody heeds is left out. */
active proctype Traffic() {
  do
  :: break
  :: atomic { up && inForce && empty(log) -> request(0) }
  :: atomic { up && inForce && empty(log) -> request(1) }
  od
}

/* ---- The death of the controller. ---- */

active proctype Death() {
  do
  :: up -> break
  :: atomic { up && crashes < CRASHES ->
       crashes++;
       up = 0;
       die() }
  :: atomic { !up ->
       up = 1;
       restore() }
  od
}

init {
  atomic { run Proxy(0); run Proxy(1) }
}

/* Every durable intent ends, and if the store works, durably. */
ltl ends { [] (intended != NONE -> <> (up && state == CLOSED)) }
ltl endsDurably { [] (intended != NONE -> <> (durable.state == ENDED || storeFaults > 0)) }

/* What is to be released is withdrawn, whatever the store does. */
ltl releases { [] (reverted -> <> (table == NONE)) }
