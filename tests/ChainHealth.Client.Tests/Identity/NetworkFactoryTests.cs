using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Client.Tests;

public sealed class NetworkFactoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_member_of_a_new_network_loads_with_keys_that_match_the_genesis()
    {
        Genesis genesis = NetworkFactory.Create(_folder.Path, new NetworkOptions { Hospitals = 2, BasePort = 6100 });

        Assert.Equal(
            ["validator-1", "validator-2", "validator-3", "validator-4", "hospital-1", "hospital-2", "provider",
                "operator", "dashboard"],
            genesis.Members.Select(m => m.Name));
        Assert.Equal("127.0.0.1:6102", genesis.Members[2].Endpoint);
        foreach (Member member in genesis.Members)
        {
            using MemberIdentity identity = MemberIdentity.Load(_folder.Path, member.Name);
            Assert.Equal(genesis.Hash(), identity.Chain);
            Assert.Equal(member, identity.Member);
            Assert.Equal(member.SigningKey, identity.SigningKey.PublicKey);
            Assert.True(identity.Certificate.HasPrivateKey);
            Assert.Equal(member.Role == MemberRole.Validator, identity.EncryptionKey is not null);
        }
    }

    [Fact]
    public void Secrets_are_readable_by_their_owner_only()
    {
        NetworkFactory.Create(_folder.Path, new NetworkOptions { Hospitals = 1 });

        string[] secrets = Directory.GetFiles(_folder.Path, "*.key", SearchOption.AllDirectories);
        Assert.Equal((8 * 2) + 4, secrets.Length);
        foreach (string secret in secrets)
        {
            Assert.True(
                OperatingSystem.IsWindows()
                || File.GetUnixFileMode(secret) == (UnixFileMode.UserRead | UnixFileMode.UserWrite),
                secret);
        }
    }

    [Theory]
    [InlineData(3, 5, 5100, "3f+1")]
    [InlineData(5, 5, 5100, "3f+1")]
    [InlineData(4, 0, 5100, "hospitals")]
    [InlineData(4, 65, 5100, "hospitals")]
    [InlineData(4, 5, 65533, "base port")]
    [InlineData(4, 5, 0, "base port")]
    public void Impossible_options_are_refused_and_leave_nothing(
        int validators, int hospitals, int port, string expected)
    {
        var options = new NetworkOptions { Validators = validators, Hospitals = hospitals, BasePort = port };

        var fault = Assert.Throws<NetworkFolderException>(() => NetworkFactory.Create(_folder.Path, options));

        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.Path));
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData(":1")]
    [InlineData("a b:1")]
    public void An_endpoint_that_is_none_is_refused(string endpoint)
    {
        var options = new NetworkOptions { Endpoints = ["a:1", "b:1", "c:1", endpoint] };

        Assert.Contains("no host:port", options.Fault(), StringComparison.Ordinal);
        Assert.Null((options with { Endpoints = ["a:1", "b:1", "c:1", "[::1]:9"] }).Fault());
        Assert.Contains("same endpoint", (options with { Endpoints = ["a:1", "b:1", "c:1", "B:1"] }).Fault()!,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_is_not_empty_is_refused_and_left_as_it_is()
    {
        Directory.CreateDirectory(_folder.Path);
        string mine = Path.Combine(_folder.Path, "mine.txt");
        File.WriteAllText(mine, "keep");

        var fault = Assert.Throws<NetworkFolderException>(
            () => NetworkFactory.Create(_folder.Path, new NetworkOptions()));

        Assert.Contains("not empty", fault.Message, StringComparison.Ordinal);
        Assert.Equal([mine], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_creation_that_fails_half_way_leaves_nothing()
    {
        Directory.CreateDirectory(_folder.Path);
        var late = new FailingTime();

        Assert.Throws<ArgumentOutOfRangeException>(
            () => NetworkFactory.Create(_folder.Path, new NetworkOptions { Hospitals = 1 }, late));

        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>A certificate cannot be valid beyond the year 9999, so the first key fails after its folder was made.
    /// </summary>
    private sealed class FailingTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(9990, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }
}
