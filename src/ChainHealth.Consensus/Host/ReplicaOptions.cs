namespace ChainHealth.Consensus;

/// <summary>Times and sizes that a consortium may choose; all replicas should have the same.</summary>
public sealed record ReplicaOptions
{
    /// <summary>Heights in flight above the committed tip.</summary>
    public int WindowHeights { get; init; } = 8;

    /// <summary>Without a commit for this long while work waits, the view is left; doubled with each view that fails.
    /// This is where it starts; once commits were measured it follows them (T8).</summary>
    public int ViewTimeoutMs { get; init; } = 1_000;

    /// <summary>It follows measured commits down to this.</summary>
    public int ViewTimeoutMsLeast { get; init; } = 750;

    /// <summary>It follows measured commits up to this, so that a slow primary cannot stretch it.</summary>
    public int ViewTimeoutMsMost { get; init; } = 1_250;

    public int ViewTimeoutMsMax { get; init; } = 10_000;

    /// <summary>A request that could be ordered and is passed over for so long, while others are ordered, costs the
    /// primary its view.</summary>
    public int CensorshipMs { get; init; } = 3_000;

    /// <summary>Votes that have not led to a commit are sent again after this time.</summary>
    public int ResendMs { get; init; } = 1_000;

    /// <summary>An idle replica tells its height and view this often.</summary>
    public int IdleStatusMs { get; init; } = 5_000;

    /// <summary>A peer that does not deliver blocks in this time loses the request to the next.</summary>
    public int BlockRequestMs { get; init; } = 500;

    /// <summary>Commits between two log compactions.</summary>
    public int CompactEveryHeights { get; init; } = 128;

    /// <summary>Snapshots are made at multiples of this height.</summary>
    public int CheckpointEveryHeights { get; init; } = 256;

    /// <summary>Who is so far below a checkpoint fetches its state in place of the blocks.</summary>
    public int SnapshotBehindHeights { get; init; } = 1_024;

    /// <summary>See <see cref="ConsensusLimits.ViewChangeSpreadHeights"/>; at least the reach of the window.</summary>
    public int ViewChangeSpreadHeights { get; init; } = ConsensusLimits.ViewChangeSpreadHeights;
}
