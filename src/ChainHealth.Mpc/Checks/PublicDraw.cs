using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Numbers that everyone can recompute from the opened seed of a draw: AES in counter mode, by rejection, so
/// that each is equally likely.</summary>
internal sealed unsafe class PublicDraw : IDisposable
{
    private readonly AesCtr _stream;
    private int _word;

    public PublicDraw(string tag, Digest seed)
    {
        Span<byte> key = stackalloc byte[Digest.Bytes];
        Digest.Of(tag, default, seed.ToArray()).CopyTo(key);
        _stream = new AesCtr(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public int Next(int below)
    {
        ulong* pair = stackalloc ulong[2];
        ulong left = (ulong)below;
        ulong limit = ulong.MaxValue - (ulong.MaxValue % left);
        do
        {
            _stream.Fill(0, _word, pair, 2);
            _word += 2;
        }
        while (pair[0] >= limit);

        return (int)(pair[0] % left);
    }

    public void Dispose() => _stream.Dispose();
}
