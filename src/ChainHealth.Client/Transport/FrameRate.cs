namespace ChainHealth.Client;

/// <summary>How long a reader has to wait so that a peer gets no more than its frames per second, in bursts of up to
/// one second's worth. For one reader.</summary>
internal sealed class FrameRate(int perSecondMax, TimeProvider time)
{
    private double _tokens = perSecondMax;
    private long _at = time.GetTimestamp();

    /// <summary>Takes one frame. Zero while the rate is kept.</summary>
    public TimeSpan Take()
    {
        long now = time.GetTimestamp();
        double gained = time.GetElapsedTime(_at, now).TotalSeconds * perSecondMax;
        _tokens = Math.Min(perSecondMax, _tokens + gained) - 1;
        _at = now;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecondMax);
    }
}
