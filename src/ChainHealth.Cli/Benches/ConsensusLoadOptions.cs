namespace ChainHealth.Cli;

/// <param name="Payload">Bytes of each payload.</param>
/// <param name="InFlight">Payloads submitted and not yet committed, of all senders together.</param>
/// <param name="Seconds">Length of the measurement, after the warm-up.</param>
/// <param name="Senders">Members that send, each over a connection of its own.</param>
/// <param name="Unsigned">Payloads are not transactions of their own: each sender packs the payloads that wait into
/// notes of up to 64 KiB, and signs the note. What the peers that order opaque requests do, with one signature for many
/// payloads instead of none.</param>
/// <param name="KillPrimary">The primary is killed (kill -9) after a third of the measurement.</param>
public sealed record ConsensusLoadOptions(
    int Validators, int Payload, int InFlight, int Seconds, int Senders, bool Unsigned = false,
    bool KillPrimary = false)
{
    public const int InFlightMax = 20_000;
    public const int SecondsMax = 3600;
    public const int SendersMax = 16;

    /// <summary>Compilers and connections get warm.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
}

/// <param name="Mode">"signed": one signature for each payload; "packed": one for each note of many payloads.</param>
/// <param name="Committed">Payloads whose certified block came within the measurement.</param>
/// <param name="Blocks">Certified blocks within the measurement.</param>
/// <param name="LongestGapMs">Between two blocks that brought something, within the measurement.</param>
/// <param name="CpuMicroseconds">Processor time of all validators for each payload.</param>
/// <param name="ClientCpuMicroseconds">That of the client, which signs and verifies.</param>
/// <param name="MemoryBytesMax">Largest working set that a validator ever had.</param>
public sealed record ConsensusLoadResult(
    int Validators, int Payload, int InFlight, int Senders, string Mode, double Seconds, long Committed,
    double TransactionsPerSecond, double P50Ms, double P99Ms, long Blocks, double LongestGapMs,
    double CpuMicroseconds, double ClientCpuMicroseconds, long MemoryBytesMax, int Cores)
{
    /// <summary>Of each validator.</summary>
    public IReadOnlyList<ValidatorMemory> Memory { get; init; } = [];

    /// <summary>Largest working set of a validator, some twenty times over the measurement.</summary>
    public IReadOnlyList<long> MemoryOverTime { get; init; } = [];

    /// <summary>The measurement in ten stretches of equal length: whether the cost grows with the chain.</summary>
    public IReadOnlyList<LoadTenth> Tenths { get; init; } = [];
}
