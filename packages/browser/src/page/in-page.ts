declare const asText: unique symbol
/** A function that runs in a page, of which what is published has the text: see {@link inPage}. */
export type InPage<F> = F & { readonly [asText]: true }

/**
 * A function that runs in a page, where it goes as text.
 *
 * A program that brings functions into another form (for an older language, with their names kept, to count what is covered) has
 * them ask for helpers that no page has. So what is published holds their text, which nobody touches: `write-page-functions.ts`
 * puts it in the place of the function, which needs nothing but what stands inside it.
 */
// oxlint-disable-next-line typescript/no-unsafe-function-type -- any that there is
export function inPage<F extends Function>(run: F | string): InPage<F> {
  return (typeof run === 'string' ? functionOf(run) : run) as InPage<F>
}

/** Make what Playwright sends, which is the text of a function: made of it in this process, that could not be where Node forbids it. */
export function functionOf(text: string): InPage<(...given: unknown[]) => never> {
  const run = (): never => {
    throw new Error('it runs in a page')
  }
  run.toString = () => text
  return run as InPage<typeof run>
}
