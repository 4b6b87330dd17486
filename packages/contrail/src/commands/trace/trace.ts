import type { ExpandedTrace, GeneratedTrace, TraceDiagnostic } from '@contrail/formats/cwm'
import type { CommandResult, ExitCode, Paint } from '../../terminal/command-result.ts'
import { readText, type TextSources } from '../read-text.ts'
import { tellDiagnostics } from './tell-diagnostics.ts'
import { tellExpanded, tellParsed, tellScore } from './trace-tables.ts'

/** The terminal that a trace is told on; default 80 columns. */
interface Shown {
  readonly paint: Paint
  readonly columns?: number | undefined
}

/**
 * Read an execution trace.
 *
 * @returns 0 for a well-formed one, else 1
 * @throws {ContrailError} as `readText`
 */
export async function parseTrace(input: Shown & { file: string } & TextSources): Promise<CommandResult> {
  const { file, paint, columns } = input
  const { parseGeneratedTrace } = await import('@contrail/formats/cwm')
  const text = await readText(file, input)
  const trace = parseGeneratedTrace(text)
  const { wellFormed, truncated, diagnostics } = trace
  return {
    exitCode: exitCodeOf(diagnostics),
    text: [...tellParsed(trace, paint, columns), ...tellDiagnostics(text, diagnostics, paint, columns)].join('\n'),
    json: { wellFormed, truncated, frames: trace.frames.map(toParsedJson), diagnostics },
  }
}

/**
 * Resolve every `..` of an execution trace.
 *
 * @returns 0 where it is well-formed and all is resolved, else 1
 * @throws {ContrailError} as `readText`
 */
export async function expandTrace(input: Shown & { file: string } & TextSources): Promise<CommandResult> {
  const { file, paint, columns } = input
  const { parseGeneratedTrace } = await import('@contrail/formats/cwm')
  const text = await readText(file, input)
  const { frames, diagnostics } = await expand(parseGeneratedTrace(text))
  return {
    exitCode: exitCodeOf(diagnostics),
    text: [...tellExpanded(frames, paint, columns), ...tellDiagnostics(text, diagnostics, paint, columns)].join('\n'),
    json: { frames: frames.map(toExpandedJson), diagnostics },
  }
}

/**
 * Score a predicted execution trace by what really ran.
 *
 * @returns 0 where both are well-formed and resolved, however different they are, else 1
 * @throws {ContrailError} as `readText`
 */
export async function scorePrediction(
  input: Shown & { predicted: string; truth: string } & TextSources,
): Promise<CommandResult> {
  const { parseGeneratedTrace, scoreTrace } = await import('@contrail/formats/cwm')
  const predicted = parseGeneratedTrace(await readText(input.predicted, input))
  const truth = parseGeneratedTrace(await readText(input.truth, input))
  const score = scoreTrace(predicted, truth)
  const faults = [...(await expand(predicted)).diagnostics, ...(await expand(truth)).diagnostics]
  return { exitCode: exitCodeOf(faults), text: tellScore(score, input.paint, input.columns).join('\n'), json: score }
}

/** All that is told of a trace: of its text, and of its states. */
async function expand(trace: GeneratedTrace): Promise<ExpandedTrace> {
  const { expandFrames } = await import('@contrail/formats/cwm')
  const { frames, diagnostics } = expandFrames(trace.frames)
  return { frames, diagnostics: [...trace.diagnostics, ...diagnostics] }
}

function exitCodeOf(diagnostics: readonly TraceDiagnostic[]): ExitCode {
  return diagnostics.some(({ severity }) => severity === 'error') ? 1 : 0
}

function toParsedJson({ event, source, locals, arg, malformed, offset }: GeneratedTrace['frames'][number]): object {
  return { event, source, locals: locals && Object.fromEntries(locals), arg, malformed, offset }
}

function toExpandedJson({ event, scope, depth, source, state, value, kind }: ExpandedTrace['frames'][number]): object {
  return { event, scope, depth, source, state: Object.fromEntries(state), value, kind }
}
