"""A REST API of books on PostgreSQL, read with a token, on an older Django."""

from __future__ import annotations

from pathlib import Path

from tests.projects.environments import environment
from tests.projects.making import add, begun, manage, write

#: Trusted there whatever it is; it must appear nowhere.
PASSWORD = "correct-horse-battery-staple"
BOOKS = 8
SETTINGS = """

import os
from urllib.parse import urlsplit

ALLOWED_HOSTS = ["api.example.com"]
DEBUG = False
INSTALLED_APPS += ["rest_framework", "rest_framework.authtoken", "shop"]
_database = urlsplit(os.environ["DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.lstrip("/"),
        "USER": _database.username,
        "PASSWORD": _database.password,
        "HOST": _database.hostname,
        "PORT": _database.port,
    }
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}
"""
FILES = {
    "shop/__init__.py": "",
    "shop/models.py": """
        from django.db import models


        class Author(models.Model):
            name = models.CharField(max_length=100)


        class Book(models.Model):
            title = models.CharField(max_length=100)
            author = models.ForeignKey(Author, models.CASCADE)
    """,
    "shop/views.py": """
        from django.http import JsonResponse
        from rest_framework import serializers, viewsets

        from shop.models import Book


        class BookSerializer(serializers.ModelSerializer):
            author = serializers.CharField(source="author.name")

            class Meta:
                model = Book
                fields = ["id", "title", "author"]


        class Books(viewsets.ModelViewSet):
            queryset = Book.objects.order_by("id")
            serializer_class = BookSerializer


        def health(request):
            return JsonResponse({"status": "ok"})
    """,
    "shop/bench.py": """
        from django.contrib.auth import get_user_model
        from rest_framework.authtoken.models import Token


        def log_in():
            user, _ = get_user_model().objects.get_or_create(username="reader")
            return {"token": Token.objects.get_or_create(user=user)[0].key}
    """,
    "shop/management/__init__.py": "",
    "shop/management/commands/__init__.py": "",
    "shop/management/commands/add_books.py": """
        from django.core.management.base import BaseCommand

        from shop.models import Author, Book


        class Command(BaseCommand):
            def add_arguments(self, parser):
                parser.add_argument("count", type=int)

            def handle(self, *args, count, **options):
                for number in range(count):
                    author = Author.objects.create(name=f"Author {number}")
                    Book.objects.create(title=f"Book {number}", author=author)
    """,
    "mysite/urls.py": """
        from django.urls import include, path
        from rest_framework.authtoken.views import obtain_auth_token
        from rest_framework.routers import DefaultRouter

        from shop import views

        router = DefaultRouter()
        router.register("books", views.Books)
        urlpatterns = [
            path("api/", include(router.urls)),
            path("api/token/", obtain_auth_token),
            path("health/", views.health),
        ]
    """,
}


def own_environment() -> Path:
    return environment("rest", "Django>=4.2,<5", "djangorestframework>=3.15,<3.17", "psycopg[binary]>=3.2")


def make(folder: Path, database: str) -> Path:
    """``database`` is a URL of an empty one, without a password; the project has it in ``.env``."""
    begun(folder, own_environment())
    write(folder, FILES)
    add(folder, "mysite/settings.py", SETTINGS)
    url = database.replace("@", f":{PASSWORD}@", 1)
    write(folder, {".env": f"DATABASE_URL={url}\n"})
    env = {"DATABASE_URL": url}
    manage(folder, "makemigrations", "shop", "--verbosity=0", env=env)
    manage(folder, "migrate", "--verbosity=0", env=env)
    manage(folder, "add_books", str(BOOKS), env=env)
    return folder
