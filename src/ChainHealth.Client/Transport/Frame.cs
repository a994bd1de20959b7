namespace ChainHealth.Client;

/// <summary>A received frame. The payload is a view of the link's buffer: valid until the next receive on that link.
/// </summary>
public readonly record struct Frame(byte Kind, ReadOnlyMemory<byte> Payload);
