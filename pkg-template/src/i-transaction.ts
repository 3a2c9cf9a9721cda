/** A transaction that has begun, from {@link Client.begin}. It does not outlive its connection. */
export interface ITransaction {
  /** Its id, for the header `transaction` of what belongs to it. */
  id: string;
  /** Makes everything sent in it count. */
  commit: () => void;
  /** Drops everything sent in it. */
  abort: () => void;
}
