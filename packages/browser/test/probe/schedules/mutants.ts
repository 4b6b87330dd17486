import { createProbeChain } from '../../../src/probe/chain.ts'

type CreateChain = typeof createProbeChain

/** Probe chains with one promise of them broken, by what they do wrong. */
export const brokenChains: Readonly<Record<string, CreateChain>> = {
  'marks no look late': (mode, tellers) =>
    createProbeChain(mode, {
      ...tellers,
      look: (...of) => {
        const { done, soFar } = tellers.look(...of)
        return { soFar, done: done.then((tell) => () => tell(false)) }
      },
    }),
  'tells looks that were given up': (mode, tellers) => {
    let last: ReturnType<typeof tellers.look> | undefined
    return createProbeChain(mode, {
      look: (...of) => (last = tellers.look(...of)),
      giveUp: async () => (await last!.done)(false),
    })
  },
  'knows of no action that runs': (mode, tellers) => ({
    ...createProbeChain(mode, tellers),
    begin: () => {},
    end: () => {},
  }),
}
