using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace ChainHealth.Dashboard.Identity;

/// <summary>Logging out is a POST with an antiforgery token: a link on another site cannot do it.</summary>
public static class LogOutEndpoint
{
    public static void MapLogOut(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Urls.LogOut, async (SignInManager<Account> signIn, [FromForm] string? from) =>
        {
            await signIn.SignOutAsync();
            return TypedResults.LocalRedirect($"~{Urls.LogIn}");
        });
}
