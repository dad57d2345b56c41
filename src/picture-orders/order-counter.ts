/** Limits of concurrent orders in one process. One organisation leaves room for others, and may show a page of a hundred pictures. */
const limits = { process: 400, organization: 100 };

/** Counts up to a limit of the process and a limit of each organisation. */
export class OrderCounter {
  readonly #byOrganization = new Map<string, number>();
  #total = 0;

  /** null: there is room for one more. */
  isFull(organizationId: string): 'process full' | 'organization full' | null {
    if (this.#of(organizationId) >= limits.organization) return 'organization full';
    return this.#total >= limits.process ? 'process full' : null;
  }

  add(organizationId: string): void {
    this.#total += 1;
    this.#byOrganization.set(organizationId, this.#of(organizationId) + 1);
  }

  remove(organizationId: string): void {
    this.#total -= 1;
    const left = this.#of(organizationId) - 1;
    if (left > 0) this.#byOrganization.set(organizationId, left);
    else this.#byOrganization.delete(organizationId);
  }

  #of(organizationId: string): number {
    return this.#byOrganization.get(organizationId) ?? 0;
  }
}
