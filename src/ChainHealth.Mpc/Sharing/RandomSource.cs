namespace ChainHealth.Mpc;

/// <summary>Fills the span with fresh, unpredictable bytes. Hosts pass the operating system's generator
/// (<c>RandomNumberGenerator.Fill</c>); tests pass a seeded one.</summary>
public delegate void RandomSource(Span<byte> destination);
