using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

public enum AbortCause
{
    /// <summary>The value of one party and the tag of another contradict each other: one of the two lies.</summary>
    FailedTag,

    /// <summary>A message of another length than the protocol prescribes.</summary>
    WrongLength,

    /// <summary>Nothing came within the host's time limit, or the connection broke.</summary>
    Silent,

    /// <summary>The coin toss for a key did not open as committed, or its holders do not agree on it.</summary>
    KeySetup,

    /// <summary>Fewer than two of three holders vouch for an opened value.</summary>
    Opening,
}

/// <summary>The computation stopped before anything that depends on a doubtful message was sent. It names the exchange
/// and the suspects (one party, or a pair of which at least one lies) and never a value.</summary>
public sealed class MpcAbortException(AbortCause cause, ulong exchange, int suspect, int otherSuspect)
    : Exception(Describe(cause, exchange, suspect, otherSuspect))
{
    public AbortCause Cause { get; } = cause;

    /// <summary>Number of the exchange within its session.</summary>
    public ulong Exchange { get; } = exchange;

    public int Suspect { get; } = suspect;

    /// <summary>Equal to <see cref="Suspect"/> where only one party comes into question.</summary>
    public int OtherSuspect { get; } = otherSuspect;

    /// <summary>Digests of what came, to be compared with what the suspects state (<see cref="DisputeJournal"/>); none
    /// where there is nothing to compare.</summary>
    public ImmutableArray<Digest> Seen { get; init; } = [];

    private static string Describe(AbortCause cause, ulong exchange, int a, int b) => a == b
        ? $"exchange {exchange}: {cause}, suspect party {a}"
        : $"exchange {exchange}: {cause}, suspect parties {a} and {b}";
}
