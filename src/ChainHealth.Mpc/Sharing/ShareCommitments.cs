using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Salted hashes of the four shares of one shared vector, as posted on chain by who shared it. Every valid
/// opening defines one vector.</summary>
public readonly record struct ShareCommitments(Digest H0, Digest H1, Digest H2, Digest H3)
{
    public const int Bytes = 4 * Digest.Bytes;

    public Digest this[int share] => share switch
    {
        0 => H0,
        1 => H1,
        2 => H2,
        3 => H3,
        _ => throw new ArgumentOutOfRangeException(nameof(share)),
    };

    public static ShareCommitments Read(ref CanonicalReader reader) =>
        new(reader.Digest(), reader.Digest(), reader.Digest(), reader.Digest());

    public void Write(CanonicalWriter writer) => writer.Digest(H0).Digest(H1).Digest(H2).Digest(H3);
}
