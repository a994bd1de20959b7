using ChainHealth.Primitives;

namespace ChainHealth.Client;

public enum SubmitResult : byte
{
    /// <summary>It will be proposed, or it stands in a block already.</summary>
    Accepted = 1,

    /// <summary>The rules refuse it; sending it again will not help.</summary>
    Refused = 2,

    /// <summary>Its nonce is not the next one of its sender; <see cref="SubmitOutcome.NextNonce"/> is.</summary>
    WrongNonce = 3,

    /// <summary>Not now: queues are full or limits reached.</summary>
    Busy = 4,
}

/// <param name="NextNonce">The nonce that the node expects next of this sender, pending ones included; 0 where it does
/// not say.</param>
public sealed record SubmitOutcome(SubmitResult Result, string Reason, ulong NextNonce)
{
    public static SubmitOutcome Accepted { get; } = new(SubmitResult.Accepted, "", 0);

    public static SubmitOutcome Refused(string reason) => new(SubmitResult.Refused, reason, 0);

    public static SubmitOutcome Busy(string reason) => new(SubmitResult.Busy, reason, 0);

    public static SubmitOutcome WrongNonce(string reason, ulong next) => new(SubmitResult.WrongNonce, reason, next);

    internal void Write(CanonicalWriter writer) =>
        writer.Byte((byte)Result).Text(Limited.Text(Reason, ClientLimits.ReasonBytesMax)).UInt64(NextNonce);

    internal static SubmitOutcome Read(ref CanonicalReader reader) =>
        new(reader.Enum<SubmitResult>(), reader.Text(ClientLimits.ReasonBytesMax), reader.UInt64());
}

/// <param name="Stored">On disk, or was there already.</param>
/// <param name="Reason">Why not.</param>
public sealed record StoreOutcome(bool Stored, string Reason)
{
    public static StoreOutcome Done { get; } = new(true, "");

    public static StoreOutcome Refused(string reason) => new(false, reason);

    internal void Write(CanonicalWriter writer) =>
        writer.Bool(Stored).Text(Limited.Text(Reason, ClientLimits.ReasonBytesMax));

    internal static StoreOutcome Read(ref CanonicalReader reader) =>
        new(reader.Bool(), reader.Text(ClientLimits.ReasonBytesMax));
}
