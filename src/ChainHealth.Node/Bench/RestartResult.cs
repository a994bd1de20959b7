namespace ChainHealth.Node;

/// <summary>How long a validator with a long chain took to stand at its tip again.</summary>
/// <param name="SnapshotHeight">Of the newest snapshot; 0 where the chain is too short for one.</param>
/// <param name="SnapshotBytes">Its file.</param>
/// <param name="BlocksAfterSnapshot">Applied on top of it.</param>
/// <param name="RestartFromSnapshotSeconds">Null where there is no snapshot.</param>
/// <param name="FullReplaySeconds">Every block from genesis, the snapshots set aside.</param>
internal sealed record RestartResult(
    int Transactions, int TransactionsPerBlock, int NoteBytes, ulong Blocks, ulong SnapshotHeight, long SnapshotBytes,
    ulong BlocksAfterSnapshot, double? RestartFromSnapshotSeconds, double FullReplaySeconds, long MemoryBytes,
    int Cores)
{
    public override string ToString() =>
        FormattableString.Invariant($"{Transactions} transactions of {NoteBytes} bytes in {Blocks} blocks\n")
        + (RestartFromSnapshotSeconds is { } seconds
            ? FormattableString.Invariant(
                $"restart from the snapshot at {SnapshotHeight} ({SnapshotBytes} bytes) and {BlocksAfterSnapshot} ")
                + FormattableString.Invariant($"blocks after it: {seconds:0.00} s\n")
            : "no snapshot: the chain is too short for one\n")
        + FormattableString.Invariant($"full replay, snapshots set aside: {FullReplaySeconds:0.00} s");
}
