import { Usage } from '../events/usage.ts'
import type { TextPlace } from '../values/plain-builder.ts'
import type { PlainValue, PlainValueOptions } from '../values/plain-value.ts'
import type { Redactor } from '../redact/redactor.ts'

type Hooks = Required<Pick<PlainValueOptions, 'lift' | 'transformText' | 'transformNumber'>>

/** Numbers that the schemas of tasks, verdicts and the end of a run need. */
const measuredNames = new Set([
  ...['maxPoints', 'max_points', 'earnedPoints', 'earned_points', 'processScore', 'stepIndex', 'relatedSteps'],
  'finalScore',
  ...Object.keys(Usage.shape),
])
/** Names of fields that those schemas need. */
const schemaNames = new Set([
  ...measuredNames,
  ...'id instruction initUrl expectedAnswer precomputedRubric precomputed_rubric items condition'.split(' '),
  ...'outcomeSuccess explanation perCriterion criterion conditionMet evidenceInsufficient findings'.split(' '),
  ...'category severity description suggestedAction firstPointOfFailure errorCode taskValidity'.split(' '),
  ...'isAmbiguous isInvalid status finalAnswer finalTree usage name version'.split(' '),
])
const severities = new Set(['info', 'warning', 'blocking'])

/**
 * Redact what is no event, such as a task, a verdict or the end of a run, while `toPlainValue` converts it. As in events, what a
 * schema needs stays what it is: names of its fields, words of its enums, points, counts and indexes of steps.
 *
 * @returns the hooks of that conversion
 */
export function redactRecord(redactor: Redactor): Hooks {
  return {
    lift: (value, _key, _parent, place) =>
      typeof value === 'string' ? undefined : secretBytes(redactor, value, place),
    transformText(text, key, place) {
      if (!place) return schemaNames.has(text) ? text : redactor.text(text)
      return key === 'severity' && severities.has(text) ? text : redactor.field(key, text, place)
    },
    transformNumber(value, key, place) {
      return measuredNames.has(key ?? '') ? undefined : redactor.number(value, key, place)
    },
  }
}

/** The placeholder of bytes that are a secret by the name they stand under, or hold one; `undefined` for all others. */
export function secretBytes(
  redactor: Redactor,
  bytes: Uint8Array,
  place: TextPlace | undefined,
): PlainValue | undefined {
  const key = place?.keys()[0]
  const text = (): string => new TextDecoder().decode(bytes)
  const kind = redactor.kindOfPlace(key, place, text)
  return kind ? redactor.whole(text(), kind) : redactor.bytes(bytes)
}
