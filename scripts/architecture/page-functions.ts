import { Visitor, type Argument, type Expression, type Program } from 'oxc-parser'

/** Methods that send a function to a page, and where it stands among what they are given. */
const senders: Readonly<Record<string, number>> = {
  evaluate: 0,
  evaluateAll: 0,
  evaluateHandle: 0,
  addInitScript: 0,
  waitForFunction: 0,
  $eval: 1,
  $$eval: 1,
}
const markers = new Set(['inPage', 'functionOf'])

/**
 * Find what is sent to a page and is not known to be marked: it has to be a text, the result of `inPage` or `functionOf`, a constant of
 * the same file that holds one, or a parameter whose type says so.
 *
 * @returns the offset of each
 */
export function findUnmarked(program: Program): number[] {
  const marked = new Set<string>()
  const sent: Argument[] = []
  new Visitor({
    VariableDeclarator: ({ id, init }) => {
      if (id.type === 'Identifier' && init && isMarked(init, marked)) marked.add(id.name)
    },
    Identifier: ({ name, typeAnnotation }: { name: string; typeAnnotation?: object | null }) => {
      if (JSON.stringify(typeAnnotation ?? '').includes('"name":"InPage"')) marked.add(name)
    },
    CallExpression: ({ callee, arguments: given }) => {
      const name =
        callee.type === 'MemberExpression' && callee.property.type === 'Identifier' ? callee.property.name : ''
      const at = Object.hasOwn(senders, name) ? given[senders[name]!] : undefined
      if (at) sent.push(at)
    },
  }).visit(program)
  return sent.filter((one) => one.type === 'SpreadElement' || !isMarked(one, marked)).map(({ start }) => start)
}

function isMarked(value: Expression, marked: ReadonlySet<string>): boolean {
  if (value.type === 'TSAsExpression') return isMarked(value.expression, marked)
  if (value.type === 'Identifier') return marked.has(value.name)
  if (value.type === 'CallExpression') return value.callee.type === 'Identifier' && markers.has(value.callee.name)
  return value.type === 'Literal' || value.type === 'TemplateLiteral'
}
