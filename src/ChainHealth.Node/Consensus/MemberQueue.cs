using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>The waiting transactions of one member by nonce. Every operation on one of them costs the same, however
/// many wait.</summary>
internal sealed class MemberQueue(MemberId member)
{
    private readonly Dictionary<ulong, VerifiedTransaction> _waiting = [];

    public MemberId Member { get; } = member;

    public int Count => _waiting.Count;

    public long Bytes { get; private set; }

    /// <summary>All nonces below are used up. It never falls: a caller whose state is a block behind does not bring
    /// back what that block has used.</summary>
    public ulong First { get; private set; } = 1;

    /// <summary>The nonce after the unbroken row from <see cref="First"/> on.</summary>
    public ulong Next { get; private set; } = 1;

    public IEnumerable<VerifiedTransaction> All => _waiting.OrderBy(w => w.Key).Select(w => w.Value);

    public VerifiedTransaction? Find(ulong nonce) => _waiting.GetValueOrDefault(nonce);

    public void Add(VerifiedTransaction transaction)
    {
        _waiting.Add(transaction.Signed.Transaction.Nonce, transaction);
        Bytes += transaction.Signed.Bytes.Length;
        FollowRow();
    }

    /// <summary>A committed state has used up all nonces below this one.</summary>
    /// <returns>What went with them.</returns>
    public (int Count, long Bytes) Raise(ulong first)
    {
        (int count, long bytes) = (Count, Bytes);
        if (first > First && _waiting.Count > 0)
        {
            // Where the state is far ahead there are fewer transactions than nonces.
            IEnumerable<ulong> used = first - First <= (ulong)_waiting.Count
                ? Enumerable.Range(0, (int)(first - First)).Select(i => First + (ulong)i)
                : [.. _waiting.Keys.Where(n => n < first)];
            foreach (ulong nonce in used)
            {
                Remove(nonce);
            }
        }

        First = Math.Max(First, first);
        Next = Math.Max(Next, First);
        FollowRow();
        return (count - Count, bytes - Bytes);
    }

    /// <summary>Takes out this nonce and all above, in their order.</summary>
    public List<VerifiedTransaction> RemoveFrom(ulong nonce)
    {
        ulong[] above = [.. _waiting.Keys.Where(n => n >= nonce).Order()];
        Next = Math.Min(Next, Math.Max(nonce, First));
        return [.. above.Select(n => Remove(n)!)];
    }

    private VerifiedTransaction? Remove(ulong nonce)
    {
        if (_waiting.Remove(nonce, out VerifiedTransaction? removed))
        {
            Bytes -= removed.Signed.Bytes.Length;
        }

        return removed;
    }

    private void FollowRow()
    {
        while (_waiting.ContainsKey(Next))
        {
            Next++;
        }
    }
}
