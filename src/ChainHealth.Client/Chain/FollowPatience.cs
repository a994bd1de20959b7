using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>When a followed validator is given up. Counts looks, not time: a client that is itself held up looks
/// seldom, and blames nobody for it.</summary>
internal sealed class FollowPatience(ChainClientOptions options)
{
    /// <summary>Time between two looks.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private Height _at;
    private int _silent;
    private int _lagging;

    /// <summary>Null, or why it is enough.</summary>
    /// <param name="height">Of our own state.</param>
    /// <param name="heard">Whether it pushed anything since the last look.</param>
    /// <param name="othersHaveMore">Whether f+1 validators say that they have higher blocks.</param>
    public string? EndsWith(Height height, bool heard, bool othersHaveMore)
    {
        _silent = heard ? 0 : _silent + 1;
        _lagging = othersHaveMore && height == _at ? _lagging + 1 : 0;
        _at = height;
        return _silent * Look >= options.SilenceTimeout ? "pushes nothing"
            : _lagging * Look >= options.LagTimeout ? $"pushes no blocks beyond {height}, others have more" : null;
    }
}
