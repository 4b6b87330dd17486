import { findLamp, type Lamp } from './lamps.ts'

/** The state of one visitor so far. */
export interface Visitor {
  readonly id: string
  readonly cart: Map<string, number>
  giftWrapped: boolean
  giftWrapAttempts: number
}

/** A line of a cart: a lamp and how many of it. */
export interface CartLine {
  readonly lamp: Lamp
  readonly quantity: number
}

/** An order as it was placed. The card and the password are looked at and forgotten. */
export interface Order {
  readonly number: string
  readonly visitorId: string
  readonly name: string
  readonly city: string
  readonly lines: readonly CartLine[]
  readonly giftWrapped: boolean
  readonly totalCents: number
}

/** Price of the wrapping, in euro cents. */
export const giftWrapCents = 450

/** The number of visitors that a shop remembers; the oldest is forgotten first. */
const visitorLimit = 1000

/** The state of one shop. Everything in it is counted, nothing is random: the same visits give the same pages. */
export interface Shop {
  /** The visitor with this id, or a new one. */
  visit(id: string | undefined): Visitor
  /** Turn a visitor's cart into an order and empty it. */
  placeOrder(visitor: Visitor, to: { name: string; city: string }): Order
  /** An order of this visitor, or `undefined`: nobody sees the order of somebody else. */
  findOrder(visitor: Visitor, number: string): Order | undefined
}

/** Create a shop in memory. */
export function createShop(): Shop {
  const visitors = new Map<string, Visitor>()
  const orders = new Map<string, Order>()
  let visitorCount = 0

  return {
    visit(id) {
      const known = id === undefined ? undefined : visitors.get(id)
      if (known) return known
      visitorCount += 1
      const visitor = {
        id: `v${visitorCount}`,
        cart: new Map<string, number>(),
        giftWrapped: false,
        giftWrapAttempts: 0,
      }
      visitors.set(visitor.id, visitor)
      const oldest = visitors.keys().next().value
      if (visitors.size > visitorLimit && oldest !== undefined) visitors.delete(oldest)
      return visitor
    },
    placeOrder(visitor, { name, city }) {
      const order: Order = {
        number: `LS-${1001 + orders.size}`,
        visitorId: visitor.id,
        name,
        city,
        lines: cartLines(visitor),
        giftWrapped: visitor.giftWrapped,
        totalCents: cartTotalCents(visitor),
      }
      orders.set(order.number, order)
      visitor.cart.clear()
      visitor.giftWrapped = false
      return order
    },
    findOrder(visitor, number) {
      const order = orders.get(number)
      return order?.visitorId === visitor.id ? order : undefined
    },
  }
}

/** The lines of a visitor's cart, in the order in which it was put there. */
export function cartLines(visitor: Visitor): readonly CartLine[] {
  return [...visitor.cart].flatMap(([id, quantity]) => {
    const lamp = findLamp(id)
    return lamp ? [{ lamp, quantity }] : []
  })
}

/** The number of pieces in a visitor's cart. */
export function cartCount(visitor: Visitor): number {
  return cartLines(visitor).reduce((count, line) => count + line.quantity, 0)
}

/** The sum of a visitor's cart with the wrapping, in euro cents. */
export function cartTotalCents(visitor: Visitor): number {
  const lamps = cartLines(visitor).reduce((sum, line) => sum + line.lamp.priceCents * line.quantity, 0)
  return lamps + (visitor.giftWrapped ? giftWrapCents : 0)
}
