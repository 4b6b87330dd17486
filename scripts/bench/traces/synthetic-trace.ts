import { traceTokens } from '../../../packages/formats/src/cwm/index.ts'

const { callSep, lineSep, returnSep, actionSep, argSep, frameSep, endOfText } = traceTokens

/** The text of a trace of so many frames, at least 3: a loop that calls a function, with states as programs have them. */
export function syntheticTrace(frames: number): string {
  const parts = [call({}, 'def main():  # << START_OF_TRACE'), line({}, '    table, total = load(), 0')]
  const state: Record<string, string> = { table: "{'red': [3, 9], 'green': [2, 7], 'blue': []}", total: '0' }
  for (let round = 0; parts.length < frames - 1; round++) {
    parts.push(
      line({ ...open(state), number: String(round) }, '    for number in range(limit):'),
      line({ ...open(state), number: '..' }, '        total += scale(number, "red")'),
      call({ number: String(round), name: "'red'" }, 'def scale(number, name):'),
      line({ number: '..', name: '..' }, '    factor = number * 3 + len(name)'),
      line({ number: '..', name: '..', factor: String(round * 3 + 3) }, '    return factor if factor % 2 else -factor'),
      returned('    return factor if factor % 2 else -factor', String(round)),
      line({ table: '..', total: String(round * 7), number: '..' }, '        # the total is told'),
    )
  }
  return [...parts.slice(0, frames - 1), returned('    return total', '7'), endOfText].join('')
}

function open(state: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(state).map((name) => [name, '..']))
}

function call(locals: Record<string, string>, source: string): string {
  return `${callSep}${toJson(locals)}${actionSep}${source}\n${frameSep}`
}

function line(locals: Record<string, string>, source: string): string {
  return `${lineSep}${toJson(locals)}${actionSep}${source}\n${frameSep}`
}

function returned(source: string, value: string): string {
  return `${returnSep}${actionSep}${source}\n${argSep}${JSON.stringify(value)}${frameSep}`
}

function toJson(locals: Record<string, string>): string {
  return JSON.stringify(locals).replaceAll('":"', '": "').replaceAll('","', '", "')
}
