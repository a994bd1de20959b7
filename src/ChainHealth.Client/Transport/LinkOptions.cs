namespace ChainHealth.Client;

/// <summary>Limits of one framed connection.</summary>
public sealed record LinkOptions
{
    /// <summary>Bytes of a frame's payload for kinds without an entry of their own.</summary>
    public int FrameBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Bytes of payload for single kinds.</summary>
    public IReadOnlyDictionary<byte, int> FrameBytesMaxOfKind { get; init; } = new Dictionary<byte, int>();

    /// <summary>Bytes that may wait to be sent; beyond them TrySend refuses and SendAsync waits.</summary>
    public int QueueBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>A reader hangs up when it hears nothing for so long. Both sides send keep-alives at a third of it.
    /// </summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A frame that has begun must be complete in this time plus its length at
    /// <see cref="BytesPerSecondMin"/>; the same holds for a write that the other side does not take.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A peer that sends more frames is read no faster than this; its bytes then wait with it.</summary>
    public int FramesPerSecondMax { get; init; } = 50_000;

    public int BytesPerSecondMin { get; init; } = 64 * 1024;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal int BytesMaxOf(byte kind) => kind >= SecureLink.OwnKinds
        ? 0
        : FrameBytesMaxOfKind.GetValueOrDefault(kind, FrameBytesMax);

    internal TimeSpan TimeFor(long bytes) => FrameTimeout + TimeSpan.FromSeconds((double)bytes / BytesPerSecondMin);
}
