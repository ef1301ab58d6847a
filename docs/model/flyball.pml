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
#define FAILED 2 /* or expired, or refused */

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
  bit late[N]
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
bit lingers[N];    /* still stops requests although it accepted that it must not */
bit stopped;       /* a request was, anywhere, by the present stage */
bit served;        /* a request was let through where that tells */

/* ---- The lane of records, and the store. ---- */
Record durable;
bit isWaiting;      /* something waits to be recorded */
byte waitingIntent; /* the stage of an intent among it */
byte store;         /* 0 works, 1 failed, 2 hangs */
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
chan down[N] = [2] of { byte, byte }; /* content, deadline */
bit isNews[N];                        /* a report about it is under way */

/* ---- The proxies. ---- */
byte content[N];
byte until[N];
byte cuts, rejections;
#ifdef MUTANT_NO_DEADLINE
#define enforces(p) (content[p] != NONE)
#else
#define enforces(p) (content[p] != NONE && now < until[p])
#endif

/* ---- What only the properties see. ---- */
byte intended;     /* the highest stage with a durable intent */
byte needed[N];    /* 2: known at the first intent, 1: known when the stage was sent */
bit proved;        /* a proxy has stopped a request by the present stage */
byte wanted;       /* the content last asked for */
bit reverted;
byte crashes, escalations, pauses;
hidden byte i;
hidden byte lacks, isEffective, some;

#define inForce \
  ((state == RECORDING && from != NONE) || state == APPLYING || state == HOLDING || \
    state == RELEASING || state == CONFIRMING)
#define isEnding ((state == RELEASING || state == CONFIRMING) && isFinal)
#define isGoingDown (state == RELEASING || state == CONFIRMING)
#define scopeIsEmpty (standing[0] == UNKNOWN && standing[1] == UNKNOWN)

/* LoopEngine.commit: the whole action is recorded with every change. */
inline commit(intent) {
  if
  :: store == 0 ->
    isWaiting = 1;
    if
    :: intent -> waitingIntent = stage
    :: else -> skip
    fi
  :: else -> skip /* it never is again */
  fi
}

/* LoopEngine.freshEvidence: nothing is accepted yet anywhere. */
inline renew() {
  for (i : 0 .. N - 1) {
    if
    :: !part[i] && standing[i] != UNKNOWN -> part[i] = 1; late[i] = 0; held[i] = 0
#ifndef MUTANT_SILENCE_HOLDS_NOTHING
    :: part[i] && !late[i] && !rejected[i] && !(state == RECORDING && from == NONE) ->
      held[i] = 1 /* what was sent before, though its answer never came */
#endif
    :: else -> skip
    fi;
    accepted[i] = 0;
    rejected[i] = 0;
    lingers[i] = 0
  };
  stopped = 0;
  served = 0;
  proved = 0
}

inline act(what) {
  assert(len(acts) < 5);
  acts!what,notAfter,generation
}

inline send() {
  generation++;
  renew();
  state = APPLYING;
  from = NONE;
  isDue = 0;
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
    part[i] = 0; late[i] = 0; held[i] = 0; accepted[i] = 0; rejected[i] = 0; lingers[i] = 0
  };
  stopped = 0;
  served = 0;
  proved = 0;
  ending = 0;
  from = NONE;
  isDue = 0;
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
  commit(0)
}

/* The present stage stays. What was seen of it is not asked for again. */
inline hold() {
  state = HOLDING;
  from = NONE;
  isDue = 0;
  stopped = 0;
  served = 0;
  proved = 0;
  commit(0)
}

/* Leaves what is in force as it was; without anything in force the action ends. */
inline abandon() {
  if
  :: from == NONE -> close(FAILED)
  :: else ->
    stage = from;
    hold()
  fi
}

/* ActionRecord.judgeEnforcement, and what follows from it. */
inline judge() {
  isEffective = stopped;
#ifdef MUTANT_ACCEPTED_IS_EFFECTIVE
  isEffective = 1;
#endif
  some = 0;
  for (i : 0 .. N - 1) {
    some = some || part[i];
    if
    :: part[i] && !late[i] && (!accepted[i] || rejected[i]) ->
#ifdef MUTANT_ANY_PROXY
      isEffective = isEffective && accepted[1 - i]
#else
      isEffective = 0
#endif
    :: else -> skip
    fi
  };
  if
  :: isEffective && some && !served ->
    assert(proved);
    for (i : 0 .. N - 1) { assert(!needed[i] || content[i] == stage) };
    hold()
  :: !(isEffective && some && !served) && isDue ->
    if /* onFailure */
    :: hold()
    :: release(1, FAILED)
    fi
  :: else -> skip
  fi
}

/* ActionRecord.judgeRelease, and what follows from it. */
inline judgeRelease() {
  lacks = 0;
  for (i : 0 .. N - 1) {
    if
    :: part[i] && (held[i] || !late[i]) &&
        ((rejected[i] && held[i]) || (!rejected[i] && !accepted[i]) ||
          (state == CONFIRMING && lingers[i])) -> lacks = 1
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
    :: !isFinal -> release(1, FAILED)
    :: else -> close(FAILED)
    fi
  :: lacks && !(isDue && now == GRACE) -> skip
#endif
  :: !lacks && state == RELEASING ->
    state = CONFIRMING;
    isDue = 0;
    commit(0)
  :: !lacks && state == CONFIRMING && (served || isDue) ->
    if
    :: isFinal -> close(ending)
    :: else -> hold()
    fi
  :: else -> skip
  fi
}

/* LoopEngine.progress, after every input. */
inline progress() {
  tick = 0;
  if
  :: state == RECORDING && isDue -> abandon()
  :: (state == APPLYING || state == HOLDING) && now >= notAfter -> release(1, FAILED)
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
      :: from == NONE -> close(FAILED)
      :: else -> abandon()
      fi
    :: else ->
      send();
      for (i : 0 .. N - 1) { needed[i] = (part[i] && !late[i] -> (needed[i] == 2 -> 2 : 1) : 0) };
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
    fi
  :: else -> skip
  fi
}

/* A line of the access log: a request that `by` stopped, or, with NONE, one that was let through.
 * It is fresh if the request began after the present stage was sent. */
inline logged(p, by, isFresh) {
  if
  :: inForce && part[p] ->
    if
#ifdef MUTANT_OLD_DENIAL
    :: by != NONE && by == stage && !isEnding ->
#else
    :: by != NONE && by == stage && !isEnding && isFresh ->
#endif
      proved = isFresh;
      if
      :: state == APPLYING && !stopped -> stopped = 1; commit(0)
      :: isGoingDown -> served = 1
      :: else -> skip
      fi
    :: by == QUARANTINE && (by != stage || isEnding) && accepted[p] && isFresh ->
      lingers[p] = 1
    :: by == NONE && accepted[p] && isFresh &&
        (isGoingDown || (state == APPLYING && stage == QUARANTINE && !late[p])) ->
      served = 1;
      lingers[p] = 0
    :: else -> skip
    fi
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
    held[i] = part[i] /* it may have, and nobody wrote it down */
  };
  if
  :: durable.state == NOTHING -> state = IDLE
  :: durable.state == ENDED -> state = CLOSED
  :: durable.state == GOING -> release(1, ending)
  :: durable.state == INTENT && paused -> release(1, FAILED)
  :: (durable.state == INTENT && !paused) || durable.state == STEP_UP ||
      durable.state == IN_FORCE ->
    if
#ifdef MUTANT_RESTART_EXTENDS
    :: now >= notAfter -> notAfter = GRACE
#else
    :: now >= notAfter -> release(1, FAILED)
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
      commit(0)
    :: else -> skip
    fi
  fi
}

/* ---- What the control plane, the store and the mesh do. ---- */

/* Everything that waits is durable from here on, in one transaction. */
inline keep() {
  if
  :: state == IDLE -> durable.state = NOTHING
  :: state == RECORDING && from == NONE -> durable.state = INTENT
  :: state == RECORDING && from != NONE -> durable.state = STEP_UP
  :: state == CLOSED -> durable.state = ENDED
  :: isEnding -> durable.state = GOING
  :: else -> durable.state = IN_FORCE
  fi;
  durable.stage = stage;
  durable.ending = (isEnding -> ending : 0);
  durable.notAfter = notAfter;
  durable.paused = paused;
  for (i : 0 .. N - 1) {
    durable.part[i] = part[i];
    durable.late[i] = late[i]
  };
  if
  :: waitingIntent > intended -> intended = waitingIntent
  :: else -> skip
  fi
}

/* Room to push: the bound of the model, not of the program. */
#define canPush ((!open[0] || nfull(down[0])) && (!open[1] || nfull(down[1])))

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
  assert(len(acts) > 0 || table == wanted);
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
      isNews[i] = 1
    :: else -> skip
    fi
  };
  if /* Nothing can tell apart by how much generations differ once all is done. */
  :: len(acts) == 0 -> generation = 0; tableGeneration = 0
  :: else -> skip
  fi
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
  isNews[p] = 1
}

inline attach(p) {
  open[p] = 1;
  sent[p] = table;
#ifdef MUTANT_TRUSTED_RETURN
  answer[p] = ACCEPTED;
#else
  answer[p] = PENDING;
  down[p]!table,tableUntil;
#endif
  isNews[p] = 1
}

inline take(p, isRejected) {
  if
  :: isRejected -> down[p]?_,_
  :: else -> down[p]?content[p],until[p]
  fi;
  assert(now < DEADLINE || !enforces(p));
  if
#ifdef MUTANT_ANSWERS_BY_VERSION
  :: !isRejected -> agreed[p] = content[p] + 1
  :: else -> agreed[p] = 0
  fi;
  if
  :: sent[p] + 1 == agreed[p] -> answer[p] = ACCEPTED; isNews[p] = 1
  :: else -> skip
#else
  :: len(down[p]) == 0 ->
    if
    :: isRejected -> answer[p] = REJECTED
    :: else -> answer[p] = ACCEPTED
    fi;
    isNews[p] = 1
  :: else -> skip
#endif
  fi;
  assert(answer[p] != ACCEPTED || content[p] == table)
}

inline vanish(p) {
  standing[p] = UNKNOWN;
  if
  :: inForce && !isGoingDown ->
    part[p] = 0; late[p] = 0; held[p] = 0; accepted[p] = 0; rejected[p] = 0; lingers[p] = 0; needed[p] = 0
  :: else -> skip
  fi
}

inline request(p) {
  if
  :: enforces(p) && content[p] == stage && !isEnding -> logged(p, stage, 1)
  :: enforces(p) && content[p] == QUARANTINE && (stage != QUARANTINE || isEnding) ->
    logged(p, QUARANTINE, 1)
  :: !enforces(p) || content[p] == THROTTLE -> logged(p, NONE, 1)
  :: else -> skip
  fi
}

inline die() {
  up = 0;
  state = IDLE; from = NONE; stage = NONE; ending = 0; notAfter = 0; isFinal = 0;
  isDue = 0; tick = 0; generation = 0; paused = 0; unsafe = 0; proved = 0; wanted = NONE; stopped = 0; served = 0;
  table = NONE; tableUntil = 0; tableGeneration = 0; store = 0; isWaiting = 0;
  waitingIntent = NONE;
  do
  :: nempty(acts) -> acts?_,_,_
  :: empty(acts) -> break
  od;
  for (i : 0 .. N - 1) {
    standing[i] = UNKNOWN; part[i] = 0; late[i] = 0; held[i] = 0; accepted[i] = 0;
    rejected[i] = 0; lingers[i] = 0;
    cut(i);
    isNews[i] = 0;
    if /* Nobody wrote down that it was known. */
    :: needed[i] == 1 -> needed[i] = 0
    :: else -> skip
    fi
  }
}

/* ---- What must go on. ---- */

/* A proxy takes what it is sent, or rejects it; its answer counts if it is to what was sent last. */
active [N] proctype Proxy() {
  do
  :: atomic { nempty(down[_pid]) ->
       if
       :: take(_pid, 0)
       :: rejections < REJECTIONS -> rejections++; take(_pid, 1)
       fi }
  od
}

/* The control plane's reports reach the decision core. */
active proctype Reports() {
  byte p;
  do
  :: atomic {
       if
       :: up && isNews[0] -> p = 0
       :: up && isNews[1] -> p = 1
       fi;
       isNews[p] = 0;
       received(p, open[p], tableGeneration, answer[p]);
       p = 0;
       progress() }
  od
}

/* The deadline, and each state's own time. */
active proctype Time() {
  do
#ifndef TIME_STANDS
  :: atomic { now < GRACE -> now++; tick = up; assert(!enforces(0) && !enforces(1)) }
#endif
  :: atomic {
       if
       :: up && (tick || ((state == APPLYING || state == HOLDING) && now >= notAfter))
       :: up && !isDue && (state == RECORDING || state == APPLYING || isGoingDown) -> isDue = 1
       fi;
       progress() }
  od
}

/* Outbox.record. After a failure nothing is written any more. */
active proctype Recorder() {
  do
  :: atomic { up && isWaiting && store == 0 ->
       isWaiting = 0;
       keep();
       if
       :: waitingIntent != NONE -> waitingIntent = NONE; recorded()
       :: else -> skip
       fi }
  od
}

/* Outbox.act and ControlPlane.apply. */
active proctype Actor() {
  byte what, end, since;
  do
#ifdef MUTANT_ONE_LANE
  :: atomic { up && nempty(acts) && canPush && !isWaiting && store == 0 ->
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

active proctype Restart() {
  do
  :: atomic { !up -> up = 1; restore() }
  od
}

/* ---- What may happen, or not. ---- */

active proctype World() {
  do
#ifdef LIVENESS
  :: break
#endif
  :: atomic {
  !(state == CLOSED && durable.state == ENDED); /* what comes after that, nothing looks at */
  if
  /* The scorer: a detection, a stronger one, and quiet. */
  :: up && state == IDLE && intended == NONE && !isWaiting && !paused && !unsafe &&
         !scopeIsEmpty && now == EARLY ->
       if
       :: stage = THROTTLE
       :: stage = QUARANTINE
       fi;
       notAfter = DEADLINE;
       state = RECORDING;
       for (i : 0 .. N - 1) {
         needed[i] = (standing[i] != UNKNOWN -> 2 : 0);
#ifndef MUTANT_FORGETFUL_INTENT
         part[i] = standing[i] != UNKNOWN
#endif
       };
       commit(1);
#ifdef MUTANT_ACT_FIRST
       recorded()
#endif
  :: escalations < ESCALATIONS && up && stage == THROTTLE && !paused && !unsafe &&
         (state == APPLYING || state == HOLDING || (isGoingDown && !isFinal)) ->
       escalations++;
       from = stage;
       stage = QUARANTINE;
       state = RECORDING;
       isDue = 0;
       isFinal = 0;
#ifdef MUTANT_ESCALATION_EXTENDS
       notAfter = GRACE;
#endif
       commit(1)
  :: up && state == HOLDING && now < notAfter ->
       if
       :: stage == QUARANTINE -> release(0, RELEASED)
       :: else -> release(1, RELEASED)
       fi
  /* The operator. */
  :: up && pauses < PAUSES -> pauses++; paused = 1; commit(0)
  :: up && !reverted && REVERTS > 0 &&
         (state == RECORDING || state == APPLYING || state == HOLDING ||
           (isGoingDown && !isFinal)) ->
       reverted = 1;
       if
       :: state == RECORDING && from == NONE -> close(FAILED)
       :: else -> release(1, RELEASED)
       fi
  /* The subject's requests, one of which may have begun before the present stage was sent. */
  :: up && inForce -> request(0)
  :: up && inForce -> request(1)
#ifdef MUTANT_OLD_DENIAL
  :: up && inForce -> logged(0, stage, 0)
#endif
  /* A proxy subscribes and gets the whole present content; its stream breaks; it is forgotten. */
  :: up && !open[0] -> attach(0)
  :: up && !open[1] -> attach(1)
  :: open[0] && state != IDLE && cuts < CUTS -> cuts++; cut(0)
  :: open[1] && state != IDLE && cuts < CUTS -> cuts++; cut(1)
  :: up && standing[0] == DETACHED -> vanish(0)
  :: up && standing[1] == DETACHED -> vanish(1)
  /* The store fails, and what it was writing may be durable all the same; or it hangs. */
  :: up && isWaiting && store == 0 && storeFaults < STORE_FAULTS ->
       storeFaults++;
       if
       :: keep(); store = 1
       :: store = 1
       :: store = 2
       fi;
       isWaiting = 0;
       waitingIntent = NONE;
       if
       :: store == 1 ->
         unsafe = 1;
         if
         :: state == RECORDING -> abandon()
         :: else -> skip
         fi
       :: else -> skip
       fi
  :: up && crashes < CRASHES -> crashes++; die()
  fi;
  if
  :: up -> progress()
  :: else -> skip
  fi }
  od
}

/* Every durable intent ends, and if the store works, durably. */
ltl ends { [] (intended != NONE -> <> (up && state == CLOSED)) }
ltl endsDurably { [] (intended != NONE -> <> (durable.state == ENDED || storeFaults > 0)) }

/* What is to be released is withdrawn, whatever the store does. */
ltl releases { [] (reverted -> <> (table == NONE)) }
