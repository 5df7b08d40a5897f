/** An undo step that takes longer is given up, so that the ones before it have their turn. */
export const STEP_BUDGET_MS = 20_000;

/** @throws when it has not ended within the time; it may end later, which then means nothing */
export async function withinBudget<T>(
  body: () => Promise<T>,
  budgetMs: number = STEP_BUDGET_MS,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`not undone within ${String(budgetMs / 1000)} s`));
    }, budgetMs);
  });
  try {
    return await Promise.race([body(), late]);
  } finally {
    clearTimeout(timer);
  }
}
