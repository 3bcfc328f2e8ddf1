const USER_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether it is a uuid in lower case: nothing else becomes the name of a file or a folder. */
export function isUserId(text: string): boolean {
  return USER_ID.test(text);
}
