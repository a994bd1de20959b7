using ChainHealth.Dashboard.Identity;
using Microsoft.AspNetCore.Identity;

namespace ChainHealth.Dashboard.Tests;

public sealed class PasswordTests
{
    [Fact]
    public void The_list_is_a_real_one() => Assert.True(CommonPasswords.Count > 19_000);

    [Theory]
    [InlineData("qwertyuiop")]
    [InlineData("Password1234")]
    [InlineData("P@$$w0rd2026!")]
    [InlineData("iloveyou 123456")]
    [InlineData("hospital2026")]
    [InlineData("ChainHealth99")]
    [InlineData("dragondragon")]
    public async Task What_guessers_try_first_is_refused(string password) =>
        Assert.Equal("PasswordTooCommon", await FaultAsync(password));

    [Theory]
    [InlineData("violet harbour sings 42")]
    [InlineData("correct horse battery staple")]
    [InlineData("x7kQpw93zLmv")]
    [InlineData("drei Enten 1990 am See")]
    public async Task A_sentence_or_random_characters_are_taken(string password) =>
        Assert.Null(await FaultAsync(password));

    [Theory]
    [InlineData("my cat hanna sleeps")]
    [InlineData("wave to h.meier tonight")]
    public async Task The_own_name_and_address_are_refused(string password) =>
        Assert.Equal("PasswordHoldsName", await FaultAsync(password));

    [Fact]
    public async Task The_longest_password_is_judged_as_well() =>
        Assert.Null(await FaultAsync(string.Concat(Enumerable.Repeat("zq9 vx8", 18))));

    private static async Task<string?> FaultAsync(string password)
    {
        var account = new Account { UserName = "hanna", Email = "h.meier@clinic.example" };
        IdentityResult result = await new CommonPasswords().ValidateAsync(null!, account, password);
        return result.Errors.SingleOrDefault()?.Code;
    }
}
