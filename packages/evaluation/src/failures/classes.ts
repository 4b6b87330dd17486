/** The confidence of a rule: a count of what was recorded is as good as sure, words that somebody chose are not. */
const [counted, inferred, worded] = [0.95, 0.8, 0.7] as const

interface ClassFacts {
  /** In the error taxonomy of microsoft/fara. */
  readonly code: string
  readonly confidence: number
  readonly remediation: string
}

const facts = {
  LOOPING_BEHAVIOR: {
    code: '3.6',
    confidence: counted,
    remediation: 'Stop after the second time that nothing changed, and try something else.',
  },
  STAGNATION: {
    code: '3.6',
    confidence: counted,
    remediation: 'Check after each action that the page changed; if it did not, look for another way in.',
  },
  TOOL_ERROR_CASCADE: {
    code: '6.6',
    confidence: counted,
    remediation: 'Read the first error, and look at the page again before the next call.',
  },
  BLOCKED: {
    code: '3.4',
    confidence: inferred,
    remediation: 'Give the run the access that the site asks for, try again later, or take another source.',
  },
  ACT_WITHOUT_OBSERVING: {
    code: '6.4',
    confidence: inferred,
    remediation: 'Look at each new page before acting on it.',
  },
  WRONG_PAGE: {
    code: '1.5',
    confidence: counted,
    remediation: 'Compare the address with that of the task before the end, and go back where it differs.',
  },
  FABRICATED_ANSWER: {
    code: '2.3',
    confidence: worded,
    remediation: 'Say only what a page or a tool said, and read each figure and name again before answering.',
  },
  NEVER_VERIFIED: {
    code: '2.5',
    confidence: inferred,
    remediation: 'Look at the page after the last change, and answer with what it says.',
  },
  PREMATURE_STOP: {
    code: '3.5',
    confidence: inferred,
    remediation: 'Go on until the task is answered, or name what stands in the way after a second way was tried.',
  },
  CONTEXT_OVERFLOW: {
    code: '9.1',
    confidence: counted,
    remediation: 'Give the model less: shorter results, older turns summed up, fewer pictures.',
  },
  CRITICAL_POINT_VIOLATION: {
    code: '4.2',
    confidence: worded,
    remediation: 'Stop before what the task forbids, and say that everything up to it is done.',
  },
  SECURITY_VIOLATION: {
    code: '5.1',
    confidence: inferred,
    remediation: 'Keep secrets on the site they are for, and write no code that runs commands or text.',
  },
  WRONG_FILE_NAVIGATION: {
    code: '1.5',
    confidence: inferred,
    remediation: 'Begin with the files that the failing test names.',
  },
  BLIND_WRITE: { code: '6.3', confidence: inferred, remediation: 'Read a file before writing it.' },
  HALLUCINATED_CODE: {
    code: '2.5',
    confidence: counted,
    remediation: 'Take back what made tests fail, and read the code that it rests on.',
  },
  NEVER_TESTED: {
    code: '3.6',
    confidence: counted,
    remediation: 'Run the tests after the last change, before handing in.',
  },
} as const satisfies Record<string, ClassFacts>

/** A class of failure that a rule can find. */
export type FailureClass = keyof typeof facts
/** A class of failure, or that there was none, or none that a rule knows. */
export type RunClass = FailureClass | 'CORRECT' | 'UNKNOWN'

/** Every class, in the order in which one of two failures at the same step is named. The list is closed. */
export const failureClasses: readonly RunClass[] = Object.freeze([
  ...(Object.keys(facts) as FailureClass[]),
  'CORRECT',
  'UNKNOWN',
])

/** A code of an error taxonomy, which means nothing without the name and the version of that taxonomy. */
export interface FailureCode {
  readonly taxonomy: string
  readonly version: string
  readonly code: string
}

/** Describe what is the same for all failures of a class. */
export function describeClass(name: FailureClass): { confidence: number; remediation: string; code: FailureCode } {
  const { code, confidence, remediation } = facts[name]
  return { confidence, remediation, code: { taxonomy: 'microsoft/fara', version: '3f3f1fd', code } }
}

/** Tells whether a name is that of a class that a rule can find. */
export function isFailureClass(name: string): name is FailureClass {
  return Object.hasOwn(facts, name)
}
