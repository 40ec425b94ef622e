export type { ReviewAnswer } from './answer.ts'
export { answerReview, type ReviewContext } from './answer-review.ts'
export { type AccessReviewVersion, accessReviewSpec, matchedRequest } from './review-spec.ts'
