using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Reads a share a stretch at a time, so that nobody needs room for the whole of one that is a seed.</summary>
internal sealed class ShareReader : IDisposable
{
    private readonly CommittedShare _share;
    private readonly AesCtr? _stream;

    public ShareReader(CommittedShare share)
    {
        _share = share;
        if (share.Vector is null)
        {
            Span<byte> key = stackalloc byte[Digest.Bytes];
            Digest.Of("share-seed", default, share.Seed).CopyTo(key);
            _stream = new AesCtr(key[..AesCtr.KeyBytes]);
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>Ring elements [start, start + length of the destination); start must be even.</summary>
    public unsafe void Read(int start, Span<ulong> destination)
    {
        if (_stream is null)
        {
            _share.Vector.AsSpan(start, destination.Length).CopyTo(destination);
            return;
        }

        fixed (ulong* first = destination)
        {
            _stream.Fill(0, start, first, destination.Length);
        }
    }

    public void Dispose() => _stream?.Dispose();
}
