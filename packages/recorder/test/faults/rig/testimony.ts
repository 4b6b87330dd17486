/** One line of what a recorder was promised or refused, in the moment it was. */
export type Said =
  | { readonly run: string }
  | { readonly ack: number }
  | { readonly refused: Refusal; readonly health: string }
  | { readonly finished: true }
  | { readonly unfinished: Refusal; readonly stepsKnown: number; readonly admitsHole: boolean }
  | { readonly judged: true }
  | { readonly unjudged: Refusal }

/** An error that the recorder gave. */
export interface Refusal {
  /** Absent where it is no ContrailError. */
  readonly code?: string
  readonly message: string
}

/** Promises that a process was given about one run, and what it was refused, as far as it lived to say so. */
export interface Testimony {
  /** `seq` of every acknowledged event, in the order of the acks. */
  readonly acked: readonly number[]
  readonly finished: boolean
  /** Errors with which `record()`, `finish()` and `persistVerdict()` rejected, in order. */
  readonly refusals: readonly Refusal[]
  /** Faults of the recorder itself, whatever the disk did. */
  readonly misbehaviour: readonly string[]
}

/** Sort what a process said by run. A line that its end has cut is not counted: it was not said. */
export function toTestimonies(output: string, steps: number): Map<string, Testimony> {
  const said = new Map<string, Said[]>()
  let lines: Said[] = []
  for (const text of output.split('\n').slice(0, -1)) {
    const line = JSON.parse(text) as Said
    if ('run' in line) said.set(line.run, (lines = []))
    else lines.push(line)
  }
  return new Map([...said].map(([run, ofRun]) => [run, toTestimony(ofRun, steps)]))
}

/** @param steps how many the run has: `finish()` must know of all, or say that it could not read them back */
export function toTestimony(said: readonly Said[], steps: number): Testimony {
  const refusals = said.flatMap((line) =>
    'refused' in line
      ? [line.refused]
      : 'unfinished' in line
        ? [line.unfinished]
        : 'unjudged' in line
          ? [line.unjudged]
          : [],
  )
  const wasRefused = said.some((line) => 'refused' in line)
  const finished = said.some((line) => 'finished' in line)
  return {
    acked: said.flatMap((line) => ('ack' in line ? [line.ack] : [])),
    finished,
    refusals,
    misbehaviour: [
      ...refusals.flatMap(({ code, message }) => (code === undefined ? [`an error that is not ours: ${message}`] : [])),
      ...said
        .flatMap((line) => ('refused' in line ? [line.refused] : 'unfinished' in line ? [line.unfinished] : []))
        .filter(({ code }) => code !== 'RECORDING_FAILED' && code !== 'DIRECTORY_UNAVAILABLE')
        .map(({ code, message }) => `record() or finish() rejected with ${code}: ${message}`),
      ...said.flatMap((line) =>
        'health' in line && line.health !== 'failed' ? [`record() rejected, and health() says ${line.health}`] : [],
      ),
      ...(wasRefused && finished ? ['record() rejected, and finish() resolved'] : []),
      ...said.flatMap((line) =>
        'stepsKnown' in line && line.stepsKnown !== steps && !line.admitsHole
          ? [`finish() rejected with a trajectory of ${line.stepsKnown} steps, of ${steps}`]
          : [],
      ),
    ],
  }
}
