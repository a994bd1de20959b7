using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Times and limits of a chain client.</summary>
public sealed record ChainClientOptions
{
    /// <summary>Append-only file of verified blocks, so that a restart does not replay over the network; null = none.
    /// It is verified again when read.</summary>
    public string? CacheFile { get; init; }

    /// <summary>Until a submitted transaction must stand in a block.</summary>
    public TimeSpan SubmitTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A transaction that is in no block after this is sent again, to all validators; the next time after
    /// twice as long, up to <see cref="ResendAfterMax"/>.</summary>
    public TimeSpan ResendAfter { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan ResendAfterMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>A validator that does not say within this time whether it takes a transaction is passed over, and asked
    /// last until it answers: one that hangs costs its clients this time once.</summary>
    public TimeSpan AnswerPatience { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For models, blocks and packages, each request.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A validator that is not connected after this time is one to do without.</summary>
    public TimeSpan ConnectPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the first subscription waits to catch up with the chain before it is given what there is.
    /// </summary>
    public TimeSpan SyncTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often each validator is asked for its status.</summary>
    public TimeSpan StatusInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A validator that pushes no block for so long while f+1 say that they have more is no longer followed.
    /// </summary>
    public TimeSpan LagTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>A followed validator that pushes nothing at all for so long hangs: it tells its status each second.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Changes that wait for one subscriber; beyond them it is given a snapshot.</summary>
    public int ChangesMax { get; init; } = 256;

    /// <summary>Bytes of blocks kept in memory; older ones come from the cache file or the validators.</summary>
    public long BlockBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>Transactions that can be found by id; the newest are kept.</summary>
    public int FindableMax { get; init; } = 1_000_000;

    /// <summary>host:port of a validator where it is not the one of its member record (a proxy, a test).</summary>
    public Func<Member, string>? AddressOf { get; init; }

    /// <summary>Told in one line each what went wrong with a validator.</summary>
    public Action<string>? Report { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;
}
