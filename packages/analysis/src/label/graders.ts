import { assertKnownOptions } from '@contrail/core'
import { describeValue } from '../component/component.ts'
import type { Turn } from '../component/turn.ts'
import type { LabelledTrajectory, Labeler, LabelResult } from './labeler.ts'

/** The technique by which a grader is asked for. */
interface Named {
  readonly technique?: string
}

/**
 * Make a labeler of the final answer: the last that the assistant said. 1 where it is (`equals`) or holds (`includes`, each of
 * them) the text, letter case and white space at the ends aside; without either, where there is an answer at all. Technique `final_answer`.
 */
export function finalAnswerGrader(
  options: Named & { readonly equals?: string; readonly includes?: string | readonly string[] } = {},
): Labeler {
  const { equals, includes = [] } = options
  const wanted = [includes].flat()
  for (const text of equals === undefined ? wanted : [...wanted, equals]) assertText('includes or equals', text)
  return grader('final_answer', options, ['equals', 'includes'], ({ turns }) => {
    const answer = turns.findLast(({ role, content }) => role === 'assistant' && content !== '')?.content
    if (answer === undefined) return failed('none', 'there is no answer')
    if (equals !== undefined && plain(answer) !== plain(equals)) return failed('wrong', `it is not ${quote(equals)}`)
    const missing = wanted.find((text) => !plain(answer).includes(plain(text)))
    if (missing !== undefined) return failed('wrong', `it does not hold ${quote(missing)}`)
    return passed(equals === undefined && wanted.length === 0 ? 'given' : 'right', 'the answer is as expected')
  })
}

/** Make a labeler of length: 1 for at most `max` tool calls, beyond that `max` divided by their number. Technique `step_count`. */
export function stepCountGrader(options: Named & { readonly max: number }): Labeler {
  const { max } = options
  if (!Number.isSafeInteger(max) || max < 1) throw new TypeError(`max: expected a whole number from 1, got ${max}`)
  return grader('step_count', options, ['max'], ({ turns }) => {
    const calls = turns.filter(({ role }) => role === 'tool_call').length
    const rationale = `${calls} tool calls, ${max} allowed`
    return calls <= max ? passed('within', rationale) : { value: 'beyond', score: max / calls, rationale }
  })
}

/** Make a labeler of loops: 0 where one tool call with one input comes `times` times running, default 3. Technique `loop`. */
export function loopGrader(options: Named & { readonly times?: number } = {}): Labeler {
  const { times = 3 } = options
  if (!Number.isSafeInteger(times) || times < 2)
    throw new TypeError(`times: expected a whole number from 2, got ${times}`)
  return grader('loop', options, ['times'], ({ turns }) => {
    let running = 0
    let last = ''
    for (const { tool_name: name, tool_input: input } of turns.filter(({ role }) => role === 'tool_call')) {
      const call = JSON.stringify([name, input])
      running = call === last ? running + 1 : 1
      last = call
      if (running === times)
        return failed('loop', `${name ?? 'a tool'} was called ${times} times running with one input`)
    }
    return passed('no loop', `no call comes ${times} times running`)
  })
}

/** Make a labeler of failures: the share of tool results without an error; 1 where there are none. Technique `error_rate`. */
export function errorRateGrader(options: Named = {}): Labeler {
  return grader('error_rate', options, [], ({ turns }) => {
    const results = turns.filter(({ role }) => role === 'tool_result')
    const errors = results.filter(({ error }) => error !== undefined && error !== null).length
    const score = results.length === 0 ? 1 : 1 - errors / results.length
    return {
      value: errors === 0 ? 'clean' : 'errors',
      score,
      rationale: `${errors} of ${results.length} results are errors`,
    }
  })
}

/**
 * Make a labeler of addresses: 1 where a page whose address holds `includes` was visited, with `last` where it is the last one.
 * Addresses are those of `metadata.url` of a turn, which recordings have, and of `url` in the input of a tool. Technique `url`.
 */
export function urlGrader(options: Named & { readonly includes: string; readonly last?: boolean }): Labeler {
  const { includes, last = false } = options
  assertText('includes', includes)
  return grader('url', options, ['includes', 'last'], ({ turns }) => {
    const visited = turns.flatMap(urlsOf)
    const looked = last ? visited.slice(-1) : visited
    if (looked.some((url) => url.includes(includes))) return passed('visited', `${quote(includes)} was visited`)
    return failed('not visited', `none of ${looked.length} addresses holds ${quote(includes)}`)
  })
}

/** Make a labeler of words: 1 where `includes` stands in a turn of these `roles`, default all. Technique `text`. */
export function textGrader(
  options: Named & { readonly includes: string; readonly roles?: readonly Turn['role'][] },
): Labeler {
  const { includes, roles } = options
  assertText('includes', includes)
  return grader('text', options, ['includes', 'roles'], ({ turns }) => {
    const place = turns.findIndex(({ role, content, tool_output: output }) => {
      const text = typeof output === 'string' ? `${content}\n${output}` : `${content}\n${JSON.stringify(output) ?? ''}`
      return (roles?.includes(role) ?? true) && text.includes(includes)
    })
    return place < 0
      ? failed('absent', `no turn holds ${quote(includes)}`)
      : passed('present', `turn ${place + 1} holds it`)
  })
}

/** Other options are another version: they ask anew. */
function grader(
  technique: string,
  options: Named,
  names: readonly string[],
  label: (trajectory: LabelledTrajectory) => LabelResult,
): Labeler {
  assertKnownOptions(`the ${technique} grader`, options, ['technique', ...names])
  const { technique: asked = technique, ...settings } = options
  const own = JSON.stringify(settings)
  return { technique: asked, name: technique, version: own === '{}' ? '1' : `1 ${own}`, label }
}

function assertText(name: string, value: unknown): void {
  if (typeof value !== 'string') throw new TypeError(`${name}: expected a text, got ${describeValue(value)}`)
}

const passed = (value: string, rationale: string): LabelResult => ({ value, score: 1, rationale })
const failed = (value: string, rationale: string): LabelResult => ({ value, score: 0, rationale })
const plain = (text: string): string => text.trim().toLowerCase()
const quote = (text: string): string => JSON.stringify(text)

function urlsOf({ metadata, tool_input: input }: Turn): string[] {
  return [input, metadata].flatMap((from) => {
    const url = typeof from === 'object' && from !== null ? (from as { url?: unknown }).url : undefined
    return typeof url === 'string' ? [url] : []
  })
}
