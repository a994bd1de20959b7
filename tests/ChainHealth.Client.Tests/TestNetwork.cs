using System.Net;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

/// <summary>A network folder with all its identities, made once for a test class.</summary>
public sealed class TestNetwork : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, MemberIdentity> _identities;

    public TestNetwork()
    {
        Genesis = NetworkFactory.Create(_folder.Path, new NetworkOptions { Hospitals = 2 });
        _identities = Genesis.Members.ToDictionary(m => m.Name, m => MemberIdentity.Load(_folder.Path, m.Name));
    }

    public Genesis Genesis { get; }

    public MemberIdentity this[string name] => _identities[name];

    /// <summary>The member as if its record named this address.</summary>
    public Member At(string name, IPEndPoint endpoint) =>
        this[name].Member with { Endpoint = endpoint.ToString() };

    public void Dispose()
    {
        foreach (MemberIdentity identity in _identities.Values)
        {
            identity.Dispose();
        }

        _folder.Dispose();
    }
}
