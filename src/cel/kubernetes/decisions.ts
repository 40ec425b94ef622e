import { errorText } from '../../messages/index.ts'
import type { AccessAnswer, AccessQuestion, Ask } from '../library/authorizer.ts'

/** An authorizer's answer is not there yet. */
class Unanswered extends Error {
  readonly question: AccessQuestion

  constructor(question: AccessQuestion) {
    super('an authorization decision is not there yet')
    this.question = question
  }
}

/** An evaluation that asks more than this is not begun again. */
const MAX_QUESTIONS = 100

/**
 * Evaluates expressions whose `authorizer` answers later: the evaluation itself is synchronous, so where an answer is
 * not there it is waited for, and the evaluation begins anew; what was answered is kept.
 *
 * @param authorize - the authorizer; where it fails, the decision is "errored", never "allowed"
 * @param evaluate - what to evaluate; it is handed an authorizer that answers at once, and may be called several times
 */
export async function withDecisions<T>(
  authorize: (question: AccessQuestion) => AccessAnswer | Promise<AccessAnswer>,
  evaluate: (ask: Ask) => T,
): Promise<T> {
  const answers = new Map<string, AccessAnswer>()
  const ask: Ask = (question) => {
    const known = answers.get(JSON.stringify(question))
    if (known === undefined) throw new Unanswered(question)
    return known
  }
  for (;;) {
    try {
      return evaluate(ask)
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
      answers.set(JSON.stringify(error.question), await answer(error.question, answers.size))
    }
  }

  async function answer(question: AccessQuestion, asked: number): Promise<AccessAnswer> {
    if (asked >= MAX_QUESTIONS) return { allowed: false, reason: '', error: 'too many authorization checks' }
    try {
      return await authorize(question)
    } catch (error) {
      return { allowed: false, reason: '', error: errorText(error) }
    }
  }
}
