import { traceTokens } from '../../../packages/formats/src/cwm/index.ts'

const { callSep, lineSep, returnSep, exceptionSep, actionSep, argSep, frameSep, endOfText } = traceTokens
const events = [callSep, lineSep, returnSep, exceptionSep]

/** A frame as a parser finds it that splits the text at its separators, wherever they stand. */
interface SplitFrame {
  readonly event: string
  readonly source: string
  readonly locals: unknown
  readonly value: unknown
}

/** Read a trace as earlier tools do: split it, and parse the JSON. What it gets wrong is why there is another way. */
export function splitTrace(text: string): SplitFrame[] {
  return (text.split(endOfText)[0] ?? '').split(frameSep).flatMap((part): SplitFrame[] => {
    const event = events.find((token) => part.includes(token))
    if (event === undefined) return []
    const [state = '', action = ''] = (part.split(event)[1] ?? '').split(actionSep)
    const [source = '', value] = action.split(argSep)
    return [{ event, source: source.trimEnd(), locals: toValue(state), value: toValue(value ?? '') }]
  })
}

function toValue(json: string): unknown {
  return json === '' ? undefined : (JSON.parse(json) as unknown)
}
