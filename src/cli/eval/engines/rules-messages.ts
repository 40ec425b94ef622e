import { defineMessages } from '../../../messages/index.ts'

/** What `haetae eval rules` says of a request that it can't answer. */
export const rulesEvalMessages = defineMessages('eval-rules', {
  noFiles: {
    en: (_: object) => 'the first line has to give "files"; later ones may go on with them',
    ko: (_: object) => '첫 줄에는 "files"가 있어야 합니다. 다음 줄부터는 생략할 수 있습니다',
  },
})
