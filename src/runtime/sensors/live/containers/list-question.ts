import type { Container } from '../../kernel/container.ts'

/** Between two questions, however often it is asked. */
export const PAUSE_MILLISECONDS = 200

/**
 * One list of containers, of a runtime or of the cluster: asked one question at a time, and on its own, so that a slow one
 * holds no other back.
 */
export class ListQuestion {
  /** The last answer: who does not answer now has not lost its containers. */
  answer: readonly Container[] = []
  /** The answer before. */
  before: readonly Container[] = []
  private readonly list: () => Promise<readonly Container[]>
  private readonly answered: (answer: readonly Container[]) => void
  private asking: Promise<void> | undefined
  private isWanted = false
  private isWaiting = false
  private hasFailed = false
  private isClosed = false

  /**
   * @param list - rejects where there is no answer in time
   * @param answered - told of each answer as soon as it is there
   */
  constructor(list: () => Promise<readonly Container[]>, answered: (answer: readonly Container[]) => void) {
    this.list = list
    this.answered = answered
  }

  /** Whether an answer is to be expected now: not of one that gave none the last time. */
  get isOpen(): boolean {
    return this.isWaiting && !this.hasFailed
  }

  /** Asks, once the last question is answered. @returns when there is an answer, or none in time */
  ask(): Promise<void> {
    this.isWanted = true
    this.asking ??= this.work().finally(() => {
      this.asking = undefined
    })
    return this.asking
  }

  close(): void {
    this.isClosed = true
  }

  private async work(): Promise<void> {
    while (this.isWanted && !this.isClosed) {
      this.isWanted = false
      this.isWaiting = true
      const answer = await this.list().catch(() => undefined)
      this.isWaiting = false
      this.hasFailed = answer === undefined
      if (answer !== undefined && !this.isClosed) {
        this.before = this.answer
        this.answer = answer
        this.answered(answer)
      }
      if (this.isWanted) await new Promise((done) => setTimeout(done, PAUSE_MILLISECONDS).unref())
    }
  }
}
