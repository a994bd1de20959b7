using CsCheck;

namespace ChainHealth.Client.Tests;

public sealed class MemberIdentityTests : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly NetworkFolder _folder;

    public MemberIdentityTests()
    {
        NetworkFactory.Create(_temporary.Path, new NetworkOptions { Hospitals = 1 });
        _folder = new NetworkFolder(_temporary.Path);
    }

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData("member.json")]
    [InlineData("signing.key")]
    [InlineData("tls.key")]
    [InlineData("tls.crt")]
    [InlineData("encryption.key")]
    public void A_missing_emptied_damaged_or_foreign_file_is_named(string name)
    {
        string path = Path.Combine(_folder.Member("validator-1"), name);
        byte[] good = File.ReadAllBytes(path);
        string foreign = Path.Combine(_folder.Member("validator-2"), name);

        File.Copy(foreign, path, overwrite: true);
        Assert.Contains(name, Fault("validator-1"), StringComparison.Ordinal);
        File.WriteAllText(path, "not what it should be");
        Assert.Contains(name, Fault("validator-1"), StringComparison.Ordinal);
        File.WriteAllBytes(path, good[..(good.Length / 2)]);
        Assert.Contains(name, Fault("validator-1"), StringComparison.Ordinal);
        File.WriteAllBytes(path, new byte[SecretFile.BytesMax + 1]);
        Assert.Contains($"{SecretFile.BytesMax + 1} bytes", Fault("validator-1"), StringComparison.Ordinal);
        File.WriteAllBytes(path, []);
        Assert.Contains("0 bytes", Fault("validator-1"), StringComparison.Ordinal);
        File.Delete(path);
        Assert.Equal($"{path}: missing", Fault("validator-1"));
    }

    [Fact]
    public void A_fault_never_prints_the_secret()
    {
        string path = _folder.SigningKey("hospital-1");
        string secret = File.ReadAllText(_folder.SigningKey("provider")).Trim();
        File.WriteAllText(path, secret);

        Assert.DoesNotContain(secret, Fault("hospital-1"), StringComparison.Ordinal);
        using MemberIdentity provider = MemberIdentity.Load(_folder.Root, "provider");
        Assert.DoesNotContain(secret, provider + provider.SigningKey.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_member_is_told_who_exists()
    {
        string fault = Fault("hospital-9");

        Assert.Contains("'hospital-9'", fault, StringComparison.Ordinal);
        Assert.Contains("hospital-1, provider", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_genesis_is_no_network()
    {
        File.Delete(_folder.GenesisFile);

        Assert.Contains("interrupted", Fault("validator-1"), StringComparison.Ordinal);
        Assert.Contains("no such network folder",
            Assert.Throws<NetworkFolderException>(() => MemberIdentity.Load(_folder.Root + "x", "provider")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_genesis_of_another_network_does_not_fit_the_keys()
    {
        using var other = new TemporaryFolder();
        NetworkFactory.Create(other.Path, new NetworkOptions { Hospitals = 1 });
        File.Copy(new NetworkFolder(other.Path).GenesisFile, _folder.GenesisFile, overwrite: true);

        Assert.Contains("signing.key: is not the key", Fault("hospital-1"), StringComparison.Ordinal);
    }

    [Fact]
    public void Any_damage_to_the_genesis_is_a_fault_or_another_chain()
    {
        byte[] good = File.ReadAllBytes(_folder.GenesisFile);
        var chain = GenesisFile.Read(_folder.Root).Hash();

        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255], Gen.Int[0, good.Length]).Sample(
            (at, flip, length) =>
            {
                byte[] bad = [.. good];
                bad[at] ^= flip;
                Assert.NotEqual(chain, GenesisFile.TryDecode(bad, out _)?.Hash());
                Assert.True(length == good.Length || GenesisFile.TryDecode(good.AsSpan(0, length), out _) is null);
            },
            iter: 1000);
    }

    private string Fault(string member) =>
        Assert.Throws<NetworkFolderException>(() => MemberIdentity.Load(_folder.Root, member)).Message;
}
