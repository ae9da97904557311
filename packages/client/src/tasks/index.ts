export { type Task, type TaskContent, type TaskFields, type TaskStatus, type Tasks, tasksIn } from './task.ts'
