using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The waiting transactions of one member by nonce.</summary>
internal sealed class MemberQueue(MemberId member)
{
    private readonly SortedDictionary<ulong, VerifiedTransaction> _waiting = [];

    public MemberId Member { get; } = member;

    public int Count => _waiting.Count;

    public long Bytes { get; private set; }

    public IEnumerable<VerifiedTransaction> All => _waiting.Values;

    public VerifiedTransaction? Find(ulong nonce) => _waiting.GetValueOrDefault(nonce);

    /// <summary>The first nonce from this one on that does not wait.</summary>
    public ulong NextAfter(ulong nonce)
    {
        while (_waiting.ContainsKey(nonce))
        {
            nonce++;
        }

        return nonce;
    }

    public void Add(VerifiedTransaction transaction)
    {
        _waiting.Add(transaction.Signed.Transaction.Nonce, transaction);
        Bytes += transaction.Signed.Bytes.Length;
    }

    public (int Count, long Bytes) RemoveBelow(ulong nonce)
    {
        ulong[] used = [.. _waiting.Keys.TakeWhile(n => n < nonce)];
        return (used.Length, used.Sum(n => Remove(n).Signed.Bytes.Length));
    }

    public List<VerifiedTransaction> RemoveFrom(ulong nonce) =>
        [.. _waiting.Keys.Where(n => n >= nonce).ToArray().Select(Remove)];

    private VerifiedTransaction Remove(ulong nonce)
    {
        _waiting.Remove(nonce, out VerifiedTransaction? removed);
        Bytes -= removed!.Signed.Bytes.Length;
        return removed;
    }
}
