using System.Collections.Concurrent;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Models that this node lacks come from the other validators; their hash says whether they are
/// right.</summary>
internal sealed class ModelExchange(ModelStore store, Func<PeerNetwork> network)
{
    private const int WantedMax = 64;

    private readonly ConcurrentDictionary<Digest, byte> _wanted = new();
    private int _turn;

    /// <summary>Raised, on the task of a connection, when a wanted model is on disk.</summary>
    public event Action<Digest>? Arrived;

    /// <summary>Asks one peer, another one with each call.</summary>
    public void Ask(Digest model)
    {
        if (_wanted.Count >= WantedMax)
        {
            _wanted.Clear();
        }

        _wanted.TryAdd(model, 0);
        PeerLink[] peers = [.. network().Peers.Where(p => p.IsConnected)];
        if (peers.Length > 0)
        {
            int turn = (int)((uint)Interlocked.Increment(ref _turn) % (uint)peers.Length);
            peers[turn].TrySend(PeerKind.ModelWanted, model.ToArray());
        }
    }

    public string? Answer(PeerLink peer, ReadOnlySpan<byte> request)
    {
        if (request.Length != Digest.Bytes)
        {
            return "malformed request for a model";
        }

        if (store.Read(Digest.Read(request)) is { } model)
        {
            peer.TrySend(PeerKind.Model, model);
        }

        return null;
    }

    /// <summary>What nobody asked for is a fault.</summary>
    public string? Take(ReadOnlySpan<byte> content)
    {
        Digest hash = GlobalModel.HashOf(content);
        if (_wanted.TryRemove(hash, out _))
        {
            store.Put(hash, content);
            Arrived?.Invoke(hash);
            return null;
        }

        return store.Has(hash) ? null : "sent a model that nobody asked for";
    }
}
