using System.Net;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>Counts connections against a listener's limits.</summary>
internal sealed class ListenerSlots(ListenerLimits limits)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, int> _strangers = [];
    private readonly Dictionary<(MemberId, LinkPurpose), int> _members = [];
    private int _connections;

    public bool TryEnter(IPAddress address)
    {
        lock (_gate)
        {
            if (_connections >= limits.ConnectionsMax
                || _strangers.GetValueOrDefault(address) >= limits.StrangersPerAddressMax)
            {
                return false;
            }

            _connections++;
            Add(_strangers, address, 1);
            return true;
        }
    }

    /// <summary>The connection is no stranger's any more, or it ended as one.</summary>
    public void Known(IPAddress address)
    {
        lock (_gate)
        {
            Add(_strangers, address, -1);
        }
    }

    public bool TryAdmit(MemberId member, LinkPurpose purpose)
    {
        lock (_gate)
        {
            if (_members.GetValueOrDefault((member, purpose)) >= limits.ConnectionsPerMemberMax)
            {
                return false;
            }

            Add(_members, (member, purpose), 1);
            return true;
        }
    }

    public void Dismiss(MemberId member, LinkPurpose purpose)
    {
        lock (_gate)
        {
            Add(_members, (member, purpose), -1);
        }
    }

    public void Leave()
    {
        lock (_gate)
        {
            _connections--;
        }
    }

    private static void Add<TKey>(Dictionary<TKey, int> counts, TKey key, int change)
        where TKey : notnull
    {
        int count = counts.GetValueOrDefault(key) + change;
        if (count == 0)
        {
            counts.Remove(key);
        }
        else
        {
            counts[key] = count;
        }
    }
}
