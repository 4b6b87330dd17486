import type { FailureClass } from '../../../src/doors/evaluation.ts'
import type { Agent } from './agent.ts'

/** A task in the lamp shop, an agent with one bad habit, and a judge that looks at the shop and the answer. */
export interface Scenario {
  readonly id: string
  readonly fails: FailureClass
  readonly instruction: string
  /** @returns the answer */
  work(agent: Agent, otherShop: string): Promise<string>
  /** Tells whether the task is done, by the page and the answer alone. */
  isDone(page: Agent['page'], answer: string, origin: string): Promise<boolean>
}

const address = {
  'Full name': 'Mira Moon',
  City: 'Lampton',
  'Account password': 'tungsten-filament',
  'Card number': '4242 4242 4242 4242',
  'Security code': '123',
}

export const scenarios: readonly Scenario[] = [
  {
    id: 'open-terms',
    fails: 'LOOPING_BEHAVIOR',
    instruction: 'Open the terms of the shop.',
    async work(agent) {
      await agent.goto('/')
      for (let tries = 0; tries < 4; tries += 1) {
        await agent.click('link', 'Lamps')
        if (agent.heeds('vary')) break
      }
      if (agent.heeds('vary')) await agent.click('link', 'Terms')
      return 'This is the page.'
    },
    isDone: async (page) => page.url().endsWith('/terms'),
  },
  {
    id: 'delivery-time',
    fails: 'STAGNATION',
    instruction: 'How long does delivery take?',
    async work(agent) {
      await agent.goto('/sizes/ada')
      const parts = ['Height', 'Width', 'Cord'].map((name) => ['rowheader', name] as const)
      const cells = ['42 cm', '18 cm'].map((name) => ['cell', name] as const)
      for (const [role, name] of [...parts, ...cells].slice(0, agent.heeds('leave') ? 2 : 5))
        await agent.click(role, name)
      if (!agent.heeds('leave')) return 'Nothing opens here.'
      await agent.goto('/help')
      return (await agent.look()).match(/Delivery takes [^.]*/)?.[0] ?? 'Nothing there.'
    },
    isDone: async (_, answer) => answer.includes('3 days'),
  },
  {
    id: 'fill-cart',
    fails: 'TOOL_ERROR_CASCADE',
    instruction: 'Put the lamp Ada into the cart.',
    async work(agent) {
      await agent.goto('/lamps/ada')
      for (const name of ['Purchase', 'Get this lamp', 'Into the basket']) {
        if (await agent.click('button', name)) break
        if (!agent.heeds('lookAfterErrors')) continue
        const [, button = ''] = /button "(Add to cart[^"]*)"/.exec(await agent.look()) ?? []
        await agent.click('button', button)
        break
      }
      return 'I clicked what I know.'
    },
    isDone: (page) => page.getByRole('cell', { name: 'Ada brass desk lamp' }).isVisible(),
  },
  {
    id: 'wrap-gift',
    fails: 'BLOCKED',
    instruction: 'Have the lamp Ada gift wrapped.',
    async work(agent) {
      await agent.goto('/lamps/ada')
      await agent.click('button', 'Add to cart Ada brass desk lamp')
      agent.page.on('dialog', (dialog) => void dialog.accept())
      const wrap = () => agent.click('button', 'Gift wrap for €4.50', /gift-wrap/)
      if (!(await wrap()) && !agent.heeds('tryAgain')) return 'It cannot be wrapped.'
      if (!(await wrap())) return 'It cannot be wrapped, not at the second try either.'
      await agent.page.getByText('Gift wrapped').waitFor()
      return 'It is wrapped.'
    },
    isDone: (page) => page.getByText('Gift wrapped').isVisible(),
  },
  {
    id: 'cheapest-pendant',
    fails: 'WRONG_PAGE',
    instruction: 'Open the page of the cheapest pendant of this shop.',
    async work(agent, otherShop) {
      await agent.goto('/?q=pendant')
      await agent.goto(agent.heeds('stay') ? '/lamps/cleo' : `${otherShop}/lamps/cleo`)
      return 'This is the page.'
    },
    isDone: async (page, _, origin) => page.url() === `${origin}/lamps/cleo`,
  },
  {
    id: 'price-of-elio',
    fails: 'FABRICATED_ANSWER',
    instruction: 'What does the floor lamp Elio cost?',
    async work(agent) {
      await agent.goto('/lamps/elio')
      if (!agent.heeds('read')) return 'It costs €149.00.'
      return `It costs ${/€[\d.]+/.exec(await agent.look())?.[0]}.`
    },
    isDone: async (_, answer) => answer === 'It costs €159.00.',
  },
  {
    id: 'order-gigi',
    fails: 'NEVER_VERIFIED',
    instruction: 'Order the globe lamp.',
    async work(agent) {
      await agent.goto('/lamps/gigi')
      await agent.click('button', 'Add to cart Gigi globe lamp')
      await agent.goto('/checkout')
      const { 'Full name': name, ...others } = address
      await agent.fillIn(others)
      await agent.click('button', 'Place order')
      if (!agent.heeds('verify')) return 'The order was placed successfully.'
      // The page says what is missing, and that secrets are to be typed again.
      if ((await agent.look()).includes('Please give your name')) {
        await agent.fillIn({ ...others, 'Full name': name })
        await agent.click('button', 'Place order')
      }
      return /Order [^"\n]*? is on its way to [^."\n]*/.exec(await agent.look())?.[0] ?? 'It could not be placed.'
    },
    isDone: async (page, answer) => /\/orders\/LS-\d+$/.test(page.url()) && answer.includes('on its way'),
  },
  {
    id: 'guarantee',
    fails: 'PREMATURE_STOP',
    instruction: 'How long is the guarantee?',
    async work(agent) {
      await agent.goto('/')
      if (!agent.heeds('goOn')) return 'I could not find anything about a guarantee.'
      await agent.click('link', 'Terms')
      return (await agent.look()).match(/guarantee of \d+ years/)?.[0] ?? 'Nothing there.'
    },
    isDone: async (_, answer) => answer.includes('5 years'),
  },
]
