namespace ChainHealth.Consensus;

/// <summary>T8: how long a commit takes here, from accepting the proposal on, and the view timeout that follows from
/// it. A moving mean of the last few dozen commits.</summary>
internal sealed class CommitLatency(ReplicaOptions options)
{
    private const double Weight = 1.0 / 16;

    /// <summary>A primary that takes so many times as long as usual is given up.</summary>
    private const int Factor = 8;

    private double? _meanMs;

    public void Measured(TimeSpan commit)
    {
        double ms = Math.Min(commit.TotalMilliseconds, options.ViewTimeoutMsMost);
        _meanMs = _meanMs is { } mean ? mean + (Weight * (ms - mean)) : ms;
    }

    /// <summary>What the timeout starts from.</summary>
    public int BaseMs => _meanMs is { } mean
        ? (int)Math.Clamp(Factor * mean, options.ViewTimeoutMsLeast, options.ViewTimeoutMsMost)
        : options.ViewTimeoutMs;
}
