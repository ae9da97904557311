export { type Note, type NoteColor, type NoteContent, type NoteFields, type Notes, notesIn } from './note.ts'
