using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>What one party can say about a session that failed: digests of what it sent, or vouched for, in the last
/// exchanges, and of the contributions to its keys. The host keeps it after the session's memory is cleared. The
/// digests of values are keyed with a key that sender, witness and receiver share and no fourth party has: they compare
/// copies and tell nothing about them.</summary>
public sealed class DisputeJournal
{
    private readonly Dictionary<(ulong Exchange, int Sender, int Witness, int Receiver), Digest> _copies = [];
    private readonly Dictionary<int, ImmutableArray<Digest>> _keys = [];

    /// <summary>The digests that this party states about a channel; null where it has no part in it or no copy any
    /// more. In the exchanges of the key set-up: of the key that the three hold together.</summary>
    public ImmutableArray<Digest>? Find(ulong exchange, int sender, int witness, int receiver)
    {
        if (exchange < MpcSession.KeyExchanges)
        {
            return _keys.TryGetValue(OutsiderOf(sender, witness, receiver), out ImmutableArray<Digest> words)
                ? words : null;
        }

        return _copies.TryGetValue((exchange, sender, witness, receiver), out Digest copy) ? [copy] : null;
    }

    internal static int OutsiderOf(int sender, int witness, int receiver) => 6 - sender - witness - receiver;

    internal void Add(ulong exchange, int sender, int witness, int receiver, Digest copy) =>
        _copies[(exchange, sender, witness, receiver)] = copy;

    /// <param name="group">The triple without this party.</param>
    internal void AddKey(int group, ImmutableArray<Digest> contributions) => _keys[group] = contributions;
}
