export { type ReceiverResult, receiverKey } from './deliver-to-all.ts'
export {
  type MimePosting,
  type OutgoingBox,
  type PostingResult,
  type PostOffice,
  plainAddress,
  postMime,
} from './post-mime.ts'
