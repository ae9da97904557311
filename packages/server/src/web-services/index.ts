export { type AutomaticRepliesQuestion, automaticReplies } from './automatic-replies.ts'
export { type CalendarAnswer, type CalendarQuestion, calendarEvents } from './calendar-events.ts'
export { handleWebService, type WebServicesOptions } from './handler.ts'
export { WEB_SERVICES_PATH } from './path.ts'
