/** One thing that a goal asks for. Names are matched by words, in any case. */
export type Want =
  | {
      readonly kind: 'order'
      readonly lamp: string
      readonly giftWrap: boolean
      readonly details: Readonly<Record<string, string>>
    }
  | { readonly kind: 'basket'; readonly lamp: string; readonly giftWrap: boolean }
  | { readonly kind: 'empty_cart' }
  | { readonly kind: 'size'; readonly lamp: string; readonly of: string }
  | { readonly kind: 'stock'; readonly lamp: string }
  | { readonly kind: 'help'; readonly about: string }
  | { readonly kind: 'clause'; readonly about: string }

/** A task of the demo: what the agent is told, and the same as wants that its rules can work on. */
export interface Goal {
  readonly id: string
  readonly instruction: string
  readonly wants: readonly Want[]
}

/** The way in which the agent sees and acts; each has a goal that needs what this mode can do. */
export type DemoMode = 'dom' | 'hybrid' | 'cua'

/** The three tasks of the demo. */
export const goals: Readonly<Record<DemoMode, Goal>> = {
  dom: {
    id: 'buy-desk-lamp',
    instruction: 'Buy the brass desk lamp, gift wrapped, for Mira Lindqvist in Lampton, and tell me the order number.',
    wants: [
      {
        kind: 'order',
        lamp: 'brass desk lamp',
        giftWrap: true,
        details: { 'Full name': 'Mira Lindqvist', City: 'Lampton' },
      },
    ],
  },
  hybrid: {
    id: 'compare-before-buying',
    instruction:
      'How wide is the paper pendant, how many are in the warehouse, how long does delivery take, and how long can I return it?',
    wants: [
      { kind: 'size', lamp: 'paper pendant', of: 'Width' },
      { kind: 'stock', lamp: 'paper pendant' },
      { kind: 'help', about: 'Delivery' },
      { kind: 'clause', about: 'Return period' },
    ],
  },
  cua: {
    id: 'try-the-cart',
    instruction:
      'What would the Hugo wall lamp cost gift wrapped? Empty the cart again, then find out how long the guarantee is.',
    wants: [
      { kind: 'basket', lamp: 'hugo wall lamp', giftWrap: true },
      { kind: 'empty_cart' },
      { kind: 'clause', about: 'Guarantee' },
    ],
  },
}
